import EngineSansIO
import EngineTesting
import Testing

/// Responses that are accepted, and where their bodies end.
@Suite struct ResponseFramingTests {
    struct Accepted: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let method: HTTPMethod
        let status: Int
        let framing: BodyFraming
        let body: String

        init(
            _ name: String, _ text: String, to method: HTTPMethod = .get, status: Int = 200,
            _ framing: BodyFraming, _ body: String = ""
        ) {
            testDescription = name
            self.text = text
            self.method = method
            self.status = status
            self.framing = framing
            self.body = body
        }
    }

    static let heads = [
        Accepted(
            "empty reason", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi", .length(2), "hi"),
        Accepted(
            "missing reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", .length(2), "hi"),
        Accepted(
            "reason outside ASCII", "HTTP/1.1 200 \u{e9}\t\r\nContent-Length: 1\r\n\r\nx",
            .length(1), "x"),
        Accepted(
            "any case", "HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh: 2\r\n\r\nhi", .length(2), "hi"),
        Accepted("lone LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", .length(2), "hi"),
        Accepted(
            "mixed line ends", "HTTP/1.1 200 OK\nA: b\r\nContent-Length: 2\r\n\nhi", .length(2),
            "hi"),
        Accepted(
            "white space around a value", "HTTP/1.1 200 OK\r\nContent-Length:\t 2 \t\r\n\r\nhi",
            .length(2), "hi"),
        Accepted(
            "no white space before a value", "HTTP/1.1 200 OK\r\nContent-Length:2\r\n\r\nhi",
            .length(2), "hi"),
        Accepted(
            "empty value", "HTTP/1.1 200 OK\r\nA:\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Accepted("lowest status", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Accepted(
            "highest status", "HTTP/1.1 599 ?\r\nContent-Length: 0\r\n\r\n", status: 599,
            .length(0)),
    ]

    static let lengths = [
        Accepted("no bytes", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Accepted(
            "leading zeros", "HTTP/1.1 200 OK\r\nContent-Length: 002\r\n\r\nhi", .length(2), "hi"),
        Accepted(
            "equal fields",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi", .length(2),
            "hi"),
        Accepted(
            "equal in a list", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi", .length(2),
            "hi"),
        Accepted(
            "body that looks like a head", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\r\n\r\n",
            .length(4), "\r\n\r\n"),
    ]

    static let chunks = [
        Accepted(
            "one chunk",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", .chunked,
            "hi"),
        Accepted(
            "coding in any case",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", .chunked,
            "hi"),
        Accepted(
            "hexadecimal sizes",
            """
            HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r
            a\r\n0123456789\r\nB\r\nabcdefghijk\r\n001\r\n!\r\n000\r\n\r\n
            """, .chunked, "0123456789abcdefghijk!"),
        Accepted(
            "extensions",
            """
            HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r
            2;a\r\nhi\r\n1 \t;b=\"c;d\"\r\n!\r\n0;last\r\n\r\n
            """, .chunked, "hi!"),
        Accepted(
            "line ends in the data",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n0\r\n\r\n",
            .chunked, "0\r\n\r\n"),
        Accepted(
            "no bytes", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .chunked),
    ]

    static let bodiless = [
        Accepted(
            "HEAD with a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", to: .head, .none),
        Accepted(
            "HEAD with a coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            to: .head, .none),
        Accepted("HEAD with neither", "HTTP/1.1 200 OK\r\n\r\n", to: .head, .none),
        Accepted("204", "HTTP/1.1 204 No Content\r\n\r\n", status: 204, .none),
        Accepted(
            "204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
            status: 204, .none),
        Accepted(
            "304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            status: 304, .none),
    ]

    static let interim = [
        Accepted(
            "100", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            .length(2), "hi"),
        Accepted(
            "103 with fields, then 102",
            """
            HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\nConnection: close\r\n\r
            HTTP/1.1 102\r\n\r
            HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi
            """, status: 404, .length(2), "hi"),
    ]

    @Test(arguments: heads + lengths + chunks + bodiless + interim)
    func endsByItself(_ accepted: Accepted) throws {
        let outcome = try ParserVerifier.verifyResponse(
            Array(accepted.text.utf8), to: accepted.method,
            trailing: Array("0\r\n\r\nHTTP/1.1 500 ?\r\n\r\n".utf8))
        #expect(outcome.error == nil)
        #expect(outcome.hasEnded)
        #expect(!outcome.needsEndOfInput)
        #expect(outcome.leftoverCount == 0)
        #expect(outcome.body == Array(accepted.body.utf8))
        let head = try #require(outcome.head)
        #expect(head.status == accepted.status)
        #expect(head.framing == accepted.framing)
        #expect(head.persists)
    }

    @Test(arguments: ["", "hi", "HTTP/1.1 200 OK\r\n\r\n"], ["1.0", "1.1"])
    func endsWithTheConnection(_ body: String, _ version: String) throws {
        let text = "HTTP/\(version) 200 OK\r\nConnection: keep-alive\r\n\r\n\(body)"
        let outcome = try ParserVerifier.verifyResponse(Array(text.utf8))
        #expect(outcome.error == nil)
        #expect(outcome.hasEnded)
        #expect(outcome.needsEndOfInput)
        #expect(outcome.body == Array(body.utf8))
        let head = try #require(outcome.head)
        #expect(head.framing == .untilClose)
        #expect(!head.persists)
    }

    @Test func fieldsAndTrailersAreKeptApart() throws {
        let text = """
            HTTP/1.1 200 OK\r\nA: 1\r\nTransfer-Encoding: chunked\r\na: 2\r\n\r
            2\r\nhi\r\n0\r\nDigest: x\r\nContent-Length: 7\r\n\r\n
            """
        let outcome = try ParserVerifier.verifyResponse(Array(text.utf8))
        let head = try #require(outcome.head)
        #expect(head.fields == ["A": "1", "Transfer-Encoding": "chunked", "a": "2"])
        #expect(outcome.trailers == ["Digest": "x", "Content-Length": "7"])
        #expect(outcome.body == Array("hi".utf8))
    }

    @Test func bytesThatAreNotUTF8ArePassedOn() throws {
        let body: [UInt8] = [0xff, 0x00, 0xc3]
        let bytes =
            Array("HTTP/1.1 200 OK\r\nA: ".utf8) + [0xe9, 0x41]
            + Array("\r\nContent-Length: 3\r\n\r\n".utf8) + body
        let outcome = try ParserVerifier.verifyResponse(bytes)
        #expect(outcome.body == body)
        let head = try #require(outcome.head)
        #expect(head.fields.wire.starts(with: Array("A: ".utf8) + [0xe9, 0x41, 0x0d, 0x0a]))
        #expect(head.fields["A"] == "\u{fffd}A")
    }
}
