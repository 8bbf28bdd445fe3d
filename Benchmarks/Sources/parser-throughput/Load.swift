import Foundation

/// Responses, one after another, that a parser is fed with.
struct Load {
    let name: String
    let bytes: [UInt8]

    private struct Exchange: Decodable {
        let response: String
    }

    // So much that a round's time is far above what the clock and the scheduler add.
    private static let size = 16 << 20

    static func all(transcripts: String) throws -> [Load] {
        let data = try Data(contentsOf: URL(fileURLWithPath: transcripts))
        let recorded = try JSONDecoder().decode([Exchange].self, from: data)
            .map { Array($0.response.utf8) }
            .filter(endsByItself)
            .flatMap { $0 }
        return [
            Load(name: "recorded answers", bytes: repeated(recorded)),
            Load(name: "small responses", bytes: repeated(smallResponse.bytes)),
            Load(name: "30 fields, no body", bytes: repeated(manyFields)),
            Load(name: "chunks of 64 bytes", bytes: repeated(smallChunks)),
            Load(name: "one body of 16 MiB", bytes: bigBody),
        ]
    }

    /// One response as most are: some fields and a short body.
    static let smallResponse = Load(
        name: "one small response",
        bytes: Array(
            """
            HTTP/1.1 200 OK\r
            Server: engine/1.0 (unix)\r
            Date: Tue, 24 Nov 2026 21:00:00 GMT\r
            Cache-Control: no-cache, no-store\r
            Keep-Alive: timeout=5, max=100\r
            Content-Length: 100\r
            Content-Type: application/json\r
            \r
            {"status":"OK","name":"\(String(repeating: "x", count: 75))"}
            """.utf8))

    // Others end with the connection, and nothing can follow them.
    private static func endsByItself(_ bytes: [UInt8]) -> Bool {
        var parser = ThisParser()
        let twice = Load(name: "twice", bytes: bytes + bytes)
        return (try? parser.parse(twice))?.messages == 2
    }

    private static func repeated(_ bytes: [UInt8]) -> [UInt8] {
        Array(repeatElement(bytes, count: max(1, size / bytes.count)).joined())
    }

    private static var manyFields: [UInt8] {
        let fields = (0..<29).map { "X-Field-\($0): value number \($0) of many\r\n" }
        return Array("HTTP/1.1 200 OK\r\n\(fields.joined())Content-Length: 0\r\n\r\n".utf8)
    }

    private static var smallChunks: [UInt8] {
        let chunk = "40\r\n" + String(repeating: "x", count: 64) + "\r\n"
        let body = String(repeating: chunk, count: 1_024) + "0\r\n\r\n"
        return Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)".utf8)
    }

    private static var bigBody: [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n".utf8)
            + [UInt8](repeating: 0x78, count: size)
    }
}

/// What a parser found, for all to agree on.
struct Tally: Equatable {
    var messages = 0
    var fields = 0
    var body = 0
}
