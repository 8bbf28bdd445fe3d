import EngineSansIO
import EngineTesting
import Testing

@Suite struct RequestParserTests {
    private func verify(
        _ text: String, trailing: String = ""
    ) throws -> ParseOutcome<RequestHead> {
        try ParserVerifier.verifyRequest(Array(text.utf8), trailing: Array(trailing.utf8))
    }

    @Test func requestWithoutABody() throws {
        let outcome = try verify(
            "GET /a?b=c HTTP/1.1\r\nHost: localhost\r\n\r\n", trailing: "GET / HTTP/1.1\r\n\r\n")
        #expect(outcome.hasEnded)
        #expect(outcome.body.isEmpty)
        let head = try #require(outcome.head)
        #expect(head.method == .get)
        #expect(head.target == "/a?b=c")
        #expect(head.minorVersion == 1)
        #expect(head.fields == ["Host": "localhost"])
        #expect(head.framing == nil)
        #expect(head.persists)
        #expect(!head.expectsContinue)
    }

    @Test func requestOfAnOldClient() throws {
        let head = try #require(try verify("GET / HTTP/1.0\r\n\r\n").head)
        #expect(head.minorVersion == 0)
        #expect(!head.persists)
    }

    @Test func countedBody() throws {
        let outcome = try verify(
            "POST /a HTTP/1.1\nContent-Length: 2\nExpect: 100-Continue\n\nhi", trailing: "more")
        #expect(outcome.body == Array("hi".utf8))
        let head = try #require(outcome.head)
        #expect(head.framing == .length(2))
        #expect(head.expectsContinue)
    }

    @Test func chunkedBody() throws {
        let outcome = try verify(
            """
            POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r
            2;x\r\nhi\r\n1\r\n!\r\n0\r\nA: b\r\n\r\n
            """, trailing: "GET / HTTP/1.1\r\n\r\n")
        #expect(outcome.hasEnded)
        #expect(outcome.body == Array("hi!".utf8))
        #expect(try #require(outcome.head).framing == .chunked)
    }

    @Test(arguments: ["\r\n", "\n"])
    func oneEmptyLineIsSkipped(_ lineEnd: String) throws {
        let outcome = try verify(lineEnd + "GET / HTTP/1.1\r\n\r\n", trailing: "\r\n")
        #expect(outcome.hasEnded)
        #expect(outcome.head?.target == "/")
    }

    @Test(arguments: ["\r\n\r\n", "\n\n", "\n\r\n"])
    func twoEmptyLinesAreRefused(_ lineEnds: String) throws {
        let outcome = try verify(lineEnds + "GET / HTTP/1.1\r\n\r\n")
        #expect(outcome.error == .invalidRequestLine)
    }

    @Test(arguments: [
        "GET\r\n\r\n", "GET /\r\n\r\n", "GET / \r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
        " GET / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET /  HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1 \r\n\r\n", "GET / a HTTP/1.1\r\n\r\n", "GET\t/\tHTTP/1.1\r\n\r\n",
        "G(T / HTTP/1.1\r\n\r\n", "GET /\u{e9} HTTP/1.1\r\n\r\n", "GET /\0 HTTP/1.1\r\n\r\n",
        "GET /\r HTTP/1.1\r\n\r\n", "GET / http/1.1\r\n\r\n", "GET / HTTP/1\r\n\r\n",
        "GET / HTTP/1.11\r\n\r\n", "GET / HTTP-1.1\r\n\r\n",
    ])
    func badRequestLineIsRefused(_ text: String) throws {
        let outcome = try verify(text)
        #expect(outcome.error == .invalidRequestLine)
        #expect(outcome.head == nil)
    }

    @Test(arguments: ["2.0", "1.2", "0.9"])
    func otherVersionsAreRefused(_ version: String) throws {
        #expect(try verify("GET / HTTP/\(version)\r\n\r\n").error == .unsupportedVersion)
    }

    static let badFraming: [(String, HTTPParseError)] = [
        ("Content-Length: 1\r\nTransfer-Encoding: chunked", .conflictingFraming),
        ("Content-Length: 1\r\nContent-Length: 2", .invalidContentLength),
        ("Transfer-Encoding: identity", .unsupportedTransferCoding),
        ("Content-Length : 1", .invalidFieldName),
        ("A: b\r\n c", .obsoleteLineFolding),
    ]

    @Test(arguments: badFraming)
    func badFieldsAreRefused(_ fields: String, _ error: HTTPParseError) throws {
        #expect(try verify("POST / HTTP/1.1\r\n\(fields)\r\n\r\n").error == error)
    }

    @Test func incompleteRequestWaitsAtEveryByte() throws {
        let bytes = Array(
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n".utf8)
        for count in bytes.indices {
            let outcome = try ParserVerifier.verifyRequest(Array(bytes[..<count]))
            #expect(!outcome.hasEnded, "after \(count) bytes")
            #expect(outcome.error == nil)
            #expect(outcome.needsEndOfInput)
        }
    }

    @Test func pipelinedRequestsAreTakenOneByOne() throws {
        let bytes = Array(
            """
            POST /1 HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi\r
            POST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\r
            GET /3 HTTP/1.1\r\n\r\n
            """.utf8)
        var parser = RequestParser()
        var offset = 0
        var targets: [String] = []
        try bytes.withRawSpan { bytes throws(HTTPParseError) in
            while offset < bytes.byteCount {
                parser.startRequest()
                var event = RequestEvent.needMore
                repeat {
                    event = try parser.next(bytes, from: &offset)
                    if case .head(let head) = event { targets.append(head.target) }
                } while event != .end
            }
        }
        #expect(targets == ["/1", "/2", "/3"])
        #expect(offset == bytes.count)
    }
}
