import EngineSansIO
import EngineTesting
import Testing

/// Field lines that go on on the next line (RFC 9112 section 5.2).
@Suite struct LineFoldingTests {
    private func fields(of text: String) throws -> [String] {
        let outcome = try ParserVerifier.verifyResponse(
            Array("HTTP/1.1 200 OK\r\n\(text)\r\nContent-Length: 0\r\n\r\n".utf8))
        #expect(outcome.error == nil)
        let head = try #require(outcome.head)
        return head.fields.map { "\($0.name)=\($0.value)" }.dropLast()
    }

    @Test(arguments: [
        ("A: 1\r\n 2", "A=1 2"), ("A: 1\r\n\t2", "A=1 2"), ("A: 1 \t \r\n \t 2 ", "A=1 2"),
        ("A: 1\n 2", "A=1 2"), ("A:\r\n 1", "A=1"), ("A: 1\r\n ", "A=1"), ("A:\r\n \r\n ", "A="),
        ("A: 1\r\n 2\r\n\t3", "A=1 2 3"), ("A: 1\r\n \r\n 2", "A=1  2"),
        ("A: 1\r\n B: 2", "A=1 B: 2"), ("A:1\r\n :", "A=1 :"),
    ])
    func foldsBecomeSpaces(_ text: String, _ field: String) throws {
        #expect(try fields(of: text) == [field])
        #expect(try fields(of: "X: y\r\n\(text)\r\nZ:z") == ["X=y", field, "Z=z"])
    }

    @Test func foldedFramingCountsAsItReads() throws {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
        #expect(try ParserVerifier.verifyResponse(Array(chunked.utf8)).body == Array("x".utf8))
        let length = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n 0\r\n\r\n0123456789"
        #expect(
            try ParserVerifier.verifyResponse(Array(length.utf8)).error == .invalidContentLength)
    }

    @Test func trailersAreUnfoldedToo() throws {
        let text =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n c\r\nD: e\r\n\r\n"
        let outcome = try ParserVerifier.verifyResponse(Array(text.utf8))
        #expect(outcome.trailers.map { "\($0.name)=\($0.value)" } == ["A=b c", "D=e"])
    }

    @Test func foldsCountForTheLimitOfTheHead() throws {
        var limits = HTTPLimits()
        limits.headSize = 100
        let text =
            "HTTP/1.1 200 OK\r\nA: b" + String(repeating: "\r\n c", count: 100) + "\r\n\r\n"
        #expect(
            try ParserVerifier.verifyResponse(Array(text.utf8), limits: limits).error
                == .headTooLarge(limit: 100))
    }

    @Test func badCharactersBehindAFoldAreRefused() throws {
        for bad in ["\0", "\r", "\u{7f}"] {
            let text = "HTTP/1.1 200 OK\r\nA: b\r\n c\(bad)d\r\n\r\n"
            #expect(try ParserVerifier.verifyResponse(Array(text.utf8)).error == .invalidFieldValue)
        }
    }
}
