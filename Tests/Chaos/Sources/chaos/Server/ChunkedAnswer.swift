internal import EngineTesting

/// An answer in the chunked coding, which the embedded engine does not speak of its own.
enum ChunkedAnswer {
    /// - Parameters:
    ///   - number: What the answer says of itself.
    ///   - body: The body.
    ///   - chunkSize: Bytes in a chunk, but for the last one.
    static func response(to number: RequestNumber, body: [UInt8], chunkSize: Int)
        -> EmbeddedResponse
    {
        var bytes = Array(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\(ChaosHeader.number): \(number)\r\n\r\n"
                .utf8)
        var rest = body[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(chunkSize)
            rest = rest.dropFirst(chunkSize)
            bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8)
            bytes += chunk
            bytes += Array("\r\n".utf8)
        }
        bytes += Array("0\r\n\(ChaosHeader.trailer): \(number)\r\n\r\n".utf8)
        // These bytes in place of the answer: good ones, for once.
        return EmbeddedResponse(fault: .garbage(bytes))
    }
}

/// Fields that carry a request's number, and what is asked of the engine.
enum ChaosHeader {
    static let number = "Chaos-Number"
    static let bodySize = "Chaos-Body-Size"
    static let answerSize = "Chaos-Answer-Size"
    static let chunkSize = "Chaos-Chunk-Size"
    static let trailer = "Chaos-Trailer"
}
