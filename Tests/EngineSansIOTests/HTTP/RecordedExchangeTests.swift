import EngineSansIO
import EngineTesting
import Testing

/// What a real engine answered, and what was asked.
@Suite struct RecordedExchangeTests {
    // A path in its body was made shorter than its length says.
    private static let shortened = "tester.session.post.bad"

    private static func complete() throws -> [RecordedExchange] {
        try RecordedExchange.all().filter { $0.name != shortened }
    }

    @Test(arguments: try complete())
    func responseParsesHoweverItIsSplit(_ exchange: RecordedExchange) throws {
        let bytes = exchange.responseBytes
        let outcome = try ParserVerifier.verifyResponse(
            bytes, to: HTTPMethod(rawValue: exchange.method),
            trailing: Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
        #expect(outcome.hasEnded)
        #expect(!outcome.needsEndOfInput)
        #expect(outcome.leftoverCount == 0)
        #expect(outcome.error == nil)
        #expect(outcome.body == bytesAfterHead(of: bytes))
        let head = try #require(outcome.head)
        #expect(head.framing == .length(outcome.body.count))
        #expect(head.keepAliveHint == KeepAliveHint(timeout: 5, maximum: 100))
    }

    @Test(arguments: try RecordedExchange.all())
    func requestParsesBack(_ exchange: RecordedExchange) throws {
        let body = Array((exchange.body ?? "").utf8)
        var bytes: [UInt8] = []
        try RequestEncoder.encodeHead(
            HTTPMethod(rawValue: exchange.method), exchange.path, [:], .length(body.count),
            into: &bytes)
        let outcome = try ParserVerifier.verifyRequest(
            bytes + body, trailing: Array("GET / HTTP/1.1\r\n\r\n".utf8))
        #expect(outcome.hasEnded)
        #expect(outcome.body == body)
        let head = try #require(outcome.head)
        #expect(head.method.rawValue == exchange.method)
        #expect(head.target == exchange.path)
        #expect(head.framing == .length(body.count))
        #expect(head.persists)
    }

    @Test func shortenedResponseIsTruncatedHoweverItIsSplit() throws {
        let exchange = try #require(
            try RecordedExchange.all().first { $0.name == Self.shortened })
        let outcome = try ParserVerifier.verifyResponse(exchange.responseBytes, to: .post)
        #expect(outcome.error == .truncated)
        #expect(outcome.body == bytesAfterHead(of: exchange.responseBytes))
    }

    @Test func theRecordingIsComplete() throws {
        #expect(try RecordedExchange.all().count == 76)
        #expect(try Self.complete().count == 75)
    }

    private func bytesAfterHead(of bytes: [UInt8]) -> [UInt8]? {
        let emptyLine = Array("\r\n\r\n".utf8)
        return bytes.indices.first { bytes[$0...].starts(with: emptyLine) }
            .map { Array(bytes[($0 + emptyLine.count)...]) }
    }
}
