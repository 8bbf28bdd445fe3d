import EngineCore
import Foundation
import Testing

/// A request and what is to come back.
struct Exchange: Sendable, CustomStringConvertible {
    let request: EngineRequest
    let isExpected: @Sendable (EngineResponse) -> Bool

    init(
        _ request: EngineRequest, isExpected: @escaping @Sendable (EngineResponse) -> Bool
    ) {
        self.request = request
        self.isExpected = isExpected
    }

    init(_ request: EngineRequest, status: Int = 200, body: [UInt8]) {
        self.init(request) { $0.status == status && $0.body.hasSameBytes(as: body) }
    }

    init(_ request: EngineRequest, status: Int = 200, text: String) {
        self.init(request, status: status, body: Array(text.utf8))
    }

    var description: String { "\(request.method) \(request.path)" }

    /// Runs it once.
    @discardableResult
    func run(
        with engine: Engine, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> EngineResponse {
        let response = try await engine.execute(request)
        #expect(
            isExpected(response), "\(self): \(response.summary)", sourceLocation: sourceLocation)
        return response
    }
}

extension EngineRequest {
    /// A request with a body of bytes.
    init(
        _ method: HTTPMethod, _ path: String, headers: HeaderFields = [:], bytes: [UInt8]
    ) {
        self.init(method, path, headers: headers, body: .bytes(bytes))
        self.headers.append("Content-Type", "application/octet-stream")
    }
}

extension EngineResponse {
    /// Short enough to show.
    var summary: String {
        let fields = headers.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
        return "\(status) [\(fields)] \(body.count) bytes: \(text.prefix(200))"
    }

    var isChunked: Bool { headers["Transfer-Encoding"] == "chunked" }
}

extension [UInt8] {
    /// The bytes 0 to 255 over and over, as the servers make them.
    static func pattern(_ size: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            for index in 0..<size { unsafe buffer[index] = UInt8(truncatingIfNeeded: index) }
            count = size
        }
    }

    /// Equality that is fast without optimization, too.
    func hasSameBytes(as other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBytes { own in
            unsafe other.withUnsafeBytes { others in
                guard let first = own.baseAddress, let second = others.baseAddress else {
                    return true
                }
                return unsafe memcmp(first, second, own.count) == 0
            }
        }
    }
}
