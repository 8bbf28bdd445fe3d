internal import EngineCore

/// Prints a response as it arrives, and finds out whether it is a refusal.
struct ResponseOutput {
    // Far longer than what the engine says of a refusal.
    private static let longestRefusal = 1 << 20

    /// Whether the status line and the fields are printed before the body.
    let includesHead: Bool
    /// Whether nothing of a refusal is printed. What could be one is held back until it is known.
    let hidesRefusals: Bool

    private let stream = StandardStream.output

    init(includesHead: Bool, hidesRefusals: Bool) {
        self.includesHead = includesHead
        self.hidesRefusals = hidesRefusals
    }

    /// Prints a response.
    ///
    /// - Throws: ``EngineError/Code/http`` for a refusal; what ends the body early.
    func print(_ response: EngineResponseStream) async throws(EngineError) {
        var start: [UInt8] = []
        var isHeld = hidesRefusals
        var isWanted = true
        if !isHeld { isWanted = try stream.write(head(of: response)) }
        var chunks = response.body.makeAsyncIterator()
        while isWanted, let chunk = try await chunks.next() {
            let isLong = chunk.count > Self.longestRefusal - start.count
            if !isLong { start += chunk }
            if !isHeld {
                isWanted = try stream.write(chunk)
            } else if isLong {
                if response.status >= 400 { break }
                isHeld = false
                isWanted = try stream.write(head(of: response) + start + chunk)
            }
            if isLong, response.status < 400 {
                return try await printRest(of: &chunks, isWanted: isWanted)
            }
        }
        try EngineResponse(status: response.status, headers: response.headers, body: start)
            .checkSuccess()
        if isHeld { try stream.write(head(of: response) + start) }
    }

    /// Prints what follows a start that is too long for a refusal.
    private func printRest(
        of chunks: inout ResponseBody.AsyncIterator, isWanted: Bool
    ) async throws(EngineError) {
        var isWanted = isWanted
        while isWanted, let chunk = try await chunks.next() {
            isWanted = try stream.write(chunk)
        }
    }

    private func head(of response: EngineResponseStream) -> [UInt8] {
        guard includesHead else { return [] }
        let fields = response.headers.map { "\($0.name): \($0.value.onOneLine)\n" }
        return Array("HTTP/1.1 \(response.status)\n\(fields.joined())\n".utf8)
    }
}
