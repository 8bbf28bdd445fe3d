import EngineSansIO
import EngineTesting
import Testing

/// Responses that are refused, each with its own error.
@Suite struct ResponseRejectionTests {
    struct Rejected: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let error: HTTPParseError

        init(_ name: String, _ text: String, _ error: HTTPParseError) {
            testDescription = name
            self.text = text
            self.error = error
        }

        static func fields(
            _ name: String, _ fields: String, _ error: HTTPParseError
        ) -> Rejected {
            Rejected(name, "HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n", error)
        }

        static func chunks(
            _ name: String, _ body: String, _ error: HTTPParseError
        ) -> Rejected {
            Rejected(
                name, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)", error)
        }
    }

    static let statusLines = [
        Rejected("HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion),
        Rejected("HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n", .unsupportedVersion),
        Rejected("HTTP/0.9", "HTTP/0.9 200 OK\r\n\r\n", .unsupportedVersion),
        Rejected("HTTP/2", "HTTP/2 200 OK\r\n\r\n", .invalidStatusLine),
        Rejected("lower case", "http/1.1 200 OK\r\n\r\n", .invalidStatusLine),
        Rejected("no number", "HTTP/1.x 200 OK\r\n\r\n", .invalidStatusLine),
        Rejected("comma", "HTTP/1,1 200 OK\r\n\r\n", .invalidStatusLine),
        Rejected("empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n", .invalidStatusLine),
        Rejected("not HTTP", "SSH-2.0-OpenSSH_9.7\r\n\r\n", .invalidStatusLine),
        Rejected("tab", "HTTP/1.1\t200 OK\r\n\r\n", .invalidStatusLine),
        Rejected("two spaces", "HTTP/1.1  200 OK\r\n\r\n", .invalidStatusCode),
        Rejected("status 99", "HTTP/1.1 99 Low\r\n\r\n", .invalidStatusCode),
        Rejected("status 099", "HTTP/1.1 099 Low\r\n\r\n", .invalidStatusCode),
        Rejected("status 600", "HTTP/1.1 600 High\r\n\r\n", .invalidStatusCode),
        Rejected("status abc", "HTTP/1.1 abc OK\r\n\r\n", .invalidStatusCode),
        Rejected("status of two digits", "HTTP/1.1 20\r\n\r\n", .invalidStatusLine),
        Rejected("status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", .invalidStatusLine),
        Rejected("NUL in the reason", "HTTP/1.1 200 O\0K\r\n\r\n", .invalidStatusLine),
        Rejected("CR in the reason", "HTTP/1.1 200 O\rK\r\n\r\n", .invalidStatusLine),
        Rejected("101", "HTTP/1.1 101 Switching\r\n\r\n", .unexpectedUpgrade),
        Rejected(
            "error in an interim response", "HTTP/1.1 100 Continue\r\nA\r\n\r\n",
            .invalidFieldName),
    ]

    static let framing: [Rejected] = [
        .fields(
            "coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 5",
            .conflictingFraming),
        .fields(
            "length and coding", "Content-Length: 5\r\nTransfer-Encoding: chunked",
            .conflictingFraming),
        Rejected(
            "coding in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            .conflictingFraming),
        .fields(
            "different lengths", "Content-Length: 5\r\nContent-Length: 6", .invalidContentLength),
        .fields("different in a list", "Content-Length: 5, 6", .invalidContentLength),
        .fields("length +5", "Content-Length: +5", .invalidContentLength),
        .fields("length -5", "Content-Length: -5", .invalidContentLength),
        .fields("length 0x5", "Content-Length: 0x5", .invalidContentLength),
        .fields("length 5 5", "Content-Length: 5 5", .invalidContentLength),
        .fields("empty length", "Content-Length:", .invalidContentLength),
        .fields("list of nothing", "Content-Length: ,", .invalidContentLength),
        .fields(
            "overflow in the sum", "Content-Length: 9223372036854775808", .invalidContentLength),
        .fields(
            "overflow in the product", "Content-Length: 92233720368547758070",
            .invalidContentLength),
        .fields("unknown coding", "Transfer-Encoding: gzip", .unsupportedTransferCoding),
        .fields("two codings", "Transfer-Encoding: gzip, chunked", .unsupportedTransferCoding),
        .fields("empty coding", "Transfer-Encoding:", .unsupportedTransferCoding),
        .fields("twice chunked", "Transfer-Encoding: chunked, chunked", .unsupportedTransferCoding),
        .fields(
            "twice chunked in two fields",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            .unsupportedTransferCoding),
        .fields(
            "coding with a vertical tab", "Transfer-Encoding: \u{b}chunked", .invalidFieldValue),
    ]

    static let fields: [Rejected] = [
        .fields("space before the colon", "Content-Length : 5", .invalidFieldName),
        .fields("tab before the colon", "A\t: 5", .invalidFieldName),
        .fields("no colon", "Content-Length", .invalidFieldName),
        .fields("no name", ": 5", .invalidFieldName),
        .fields("name outside ASCII", "\u{e9}: 5", .invalidFieldName),
        .fields("NUL in a name", "A\0: 5", .invalidFieldName),
        .fields("CR in a name", "A\r: 5", .invalidFieldName),
        .fields("folding at once", " A: 1", .obsoleteLineFolding),
        .fields("a tab at once", "\tA: 1\r\nB: 2", .obsoleteLineFolding),
        .fields("CR in a value", "A: 1\r2", .invalidFieldValue),
        .fields("CR before the line end", "A: 1\r", .invalidFieldValue),
    ]

    static let chunking: [Rejected] = [
        .chunks("no size", "\r\nhi\r\n", .invalidChunkSize),
        .chunks("no digits", "g\r\n", .invalidChunkSize),
        .chunks("junk after the size", "2x\r\nhi\r\n", .invalidChunkSize),
        .chunks("negative size", "-2\r\nhi\r\n", .invalidChunkSize),
        .chunks("0x prefix", "0x2\r\nhi\r\n", .invalidChunkSize),
        .chunks("space before the size", " 2\r\nhi\r\n", .invalidChunkSize),
        .chunks("junk after a space", "2 2\r\nhi\r\n", .invalidChunkSize),
        .chunks("space without an extension", "2 \r\nhi\r\n", .invalidChunkSize),
        .chunks("size one past the largest", "8000000000000000\r\n", .invalidChunkSize),
        .chunks("size of 17 digits", "10000000000000002\r\n", .invalidChunkSize),
        .chunks("LF after the size", "2\nhi\r\n", .invalidChunkSize),
        .chunks("CR alone after the size", "2\rhi\r\n", .invalidChunkSize),
        .chunks("LF after the last size", "0\n\r\n", .invalidChunkSize),
        .chunks("no line end after the data", "2\r\nhi0\r\n\r\n", .invalidChunkDelimiter),
        .chunks("more data than the size", "2\r\nhi!\r\n0\r\n\r\n", .invalidChunkDelimiter),
        .chunks("LF after the data", "2\r\nhi\n0\r\n\r\n", .invalidChunkDelimiter),
        .chunks("CR alone after the data", "2\r\nhi\r0\r\n\r\n", .invalidChunkDelimiter),
        .chunks("LF in an extension", "2;a\nhi\r\n", .invalidChunkExtension),
        .chunks("NUL in an extension", "2;a\0\r\nhi\r\n", .invalidChunkExtension),
        .chunks("CR alone in an extension", "2;a\rb\r\nhi\r\n", .invalidChunkSize),
        .chunks("bad trailer", "0\r\nA b: c\r\n\r\n", .invalidFieldName),
        .chunks("trailers folded at once", "0\r\n A: b\r\n\r\n", .obsoleteLineFolding),
        .chunks("bad length in a trailer", "0\r\nContent-Length: x\r\n\r\n", .invalidContentLength),
    ]

    @Test(arguments: statusLines + framing + fields + chunking)
    func isRefused(_ rejected: Rejected) throws {
        let outcome = try ParserVerifier.verifyResponse(Array(rejected.text.utf8))
        #expect(outcome.error == rejected.error)
        #expect(!outcome.hasEnded)
    }

    static let controlCharacters =
        (UInt8.min...0x1f).filter { ![0x09, 0x0a].contains($0) } + [0x7f]

    @Test(arguments: controlCharacters)
    func controlCharacterInAValueIsRefused(_ byte: UInt8) throws {
        let bytes =
            Array("HTTP/1.1 200 OK\r\nA: b".utf8) + [byte] + Array("c\r\n\r\n".utf8)
        #expect(try ParserVerifier.verifyResponse(bytes).error == .invalidFieldValue)
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func namesAreTokens(_ byte: UInt8) throws {
        let bytes =
            Array("HTTP/1.1 200 OK\r\nAb".utf8) + [byte]
            + Array("c: d\r\nContent-Length: 0\r\n\r\n".utf8)
        let error = try ParserVerifier.verifyResponse(bytes).error
        let isAccepted = Characters.token.contains(byte) || byte == UInt8(ascii: ":")
        #expect(error == (isAccepted ? nil : .invalidFieldName))
    }

    @Test func anErrorIsFinal() throws {
        var parser = ResponseParser()
        parser.startResponse(to: .get)
        let good = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
        for bytes in [Array("nonsense\r\n\r\n".utf8), good, []] {
            #expect(throws: HTTPParseError.invalidStatusLine) {
                try bytes.withRawSpan { bytes throws(HTTPParseError) in
                    var offset = 0
                    _ = try parser.next(bytes, from: &offset)
                }
            }
        }
        parser.startResponse(to: .get)
        #expect(throws: HTTPParseError.invalidStatusLine) { try parser.endOfInput() }
    }
}
