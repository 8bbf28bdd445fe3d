internal import EngineCore

/// Prints a response as it arrives, and finds out whether it is a refusal.
struct ResponseOutput {
    // Far longer than an engine's refusal.
    private static let longestRefusal = 64 * 1024

    /// Whether the status line and the fields are printed before the body.
    let includesHead: Bool
    /// Whether nothing of a refusal is printed. A body is held back while it can be one.
    let hidesRefusals: Bool
    /// Statuses that are no refusals, beside 2xx.
    let allowedStatuses: Set<Int>

    private let stream = StandardStream.output

    init(includesHead: Bool, hidesRefusals: Bool, allowedStatuses: Set<Int>) {
        self.includesHead = includesHead
        self.hidesRefusals = hidesRefusals
        self.allowedStatuses = allowedStatuses
    }

    /// Prints a response.
    ///
    /// - Throws: ``EngineError/Code/http`` for a refusal; what ends the body early.
    func print(_ response: EngineResponseStream) async throws(EngineError) {
        var watch = RefusalWatch(
            isRefusal: !(200..<300).contains(response.status)
                && !allowedStatuses.contains(response.status),
            limit: Self.longestRefusal)
        var isHeld = hidesRefusals
        var isWanted = true
        if !isHeld { isWanted = try stream.write(head(of: response)) }
        var chunks = response.body.makeAsyncIterator()
        while isWanted, let chunk = try await chunks.next() {
            watch.add(chunk)
            if !isHeld {
                isWanted = try stream.write(chunk)
            } else if !watch.mayBeRefusal {
                isHeld = false
                isWanted = try stream.write(head(of: response) + watch.takeStart())
            } else if watch.isFull {
                break
            }
        }
        guard watch.mayBeRefusal else { return }
        try EngineResponse(status: response.status, headers: response.headers, body: watch.start)
            .checkSuccess(allowing: allowedStatuses)
        if isHeld { try stream.write(head(of: response) + watch.start) }
    }

    private func head(of response: EngineResponseStream) -> [UInt8] {
        guard includesHead else { return [] }
        let fields = response.headers.map { "\($0.name): \($0.value.onOneLine)\n" }
        return Array("HTTP/1.1 \(response.status)\n\(fields.joined())\n".utf8)
    }
}
