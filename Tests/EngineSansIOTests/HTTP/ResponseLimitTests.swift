import EngineSansIO
import EngineTesting
import Testing

/// What a peer can't make the client hold, and responses that stop too early.
@Suite struct ResponseLimitTests {
    private func verify(
        _ text: String, head: Int = 65_536, fields: Int = 256, body: Int = 1_024
    ) throws -> ParseOutcome<ResponseHead> {
        var limits = HTTPLimits()
        limits.headSize = head
        limits.fieldCount = fields
        limits.bodySize = body
        return try ParserVerifier.verifyResponse(Array(text.utf8), limits: limits)
    }

    @Test func headOfExactlyTheLimitIsTaken() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        let size = text.utf8.count
        #expect(try verify(text, head: size).hasEnded)
        #expect(try verify(text, head: size - 1).error == .headTooLarge(limit: size - 1))
    }

    @Test func noNumberIsTooLargeOrTooSmallALimit() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        #expect(try verify(text, head: .max, fields: .max, body: .max).hasEnded)
        #expect(try verify(text, head: .min).error == .headTooLarge(limit: 0))
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nA: \(String(repeating: "b", count: 99))", "\u{e9}", "x"])
    func headWithoutEndIsRefusedAtTheLimit(_ start: String) throws {
        let text = start + String(repeating: "c", count: 64)
        #expect(try verify(text, head: 64).error == .headTooLarge(limit: 64))
        #expect(try verify(String(text.prefix(32)), head: 64).error == .truncated)
    }

    @Test func interimHeadsAreLimitedOneByOne() throws {
        let interim = "HTTP/1.1 100 Continue\r\n\r\n"
        let text = interim + interim + "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"
        #expect(try verify(text, head: 40).hasEnded)
        #expect(try verify(text, head: 24).error == .headTooLarge(limit: 24))
    }

    @Test func fieldsAreCounted() throws {
        let text = "HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nContent-Length: 0\r\n\r\n"
        #expect(try verify(text, fields: 3).hasEnded)
        #expect(try verify(text, fields: 2).error == .tooManyFields(limit: 2))
    }

    @Test func trailersAreLimitedLikeHeads() throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let text = head + "0\r\nA: 1\r\nB: 2\r\n\r\n"
        #expect(try verify(text, fields: 2).trailers.count == 2)
        #expect(try verify(text, fields: 1).error == .tooManyFields(limit: 1))
        let long = head + "0\r\nA: \(String(repeating: "b", count: 64))\r\n\r\n"
        #expect(try verify(long, head: 64).error == .headTooLarge(limit: 64))
    }

    @Test func chunkExtensionsAreLimitedOverTheWholeBody() throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunk = "1;\(String(repeating: "e", count: 20))\r\nx\r\n"
        let two = head + chunk + chunk + "0\r\n\r\n"
        #expect(try verify(two, head: 50).body == Array("xx".utf8))
        let three = head + chunk + chunk + chunk + "0\r\n\r\n"
        #expect(try verify(three, head: 50).error == .invalidChunkExtension)
    }

    @Test func leadingZerosOfAChunkSizeAreLimited() throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let few = head + String(repeating: "0", count: 40) + "1\r\nx\r\n0\r\n\r\n"
        #expect(try verify(few, head: 50).body == Array("x".utf8))
        let many = head + String(repeating: "0", count: 80) + "1\r\nx\r\n0\r\n\r\n"
        #expect(try verify(many, head: 50).error == .invalidChunkSize)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1234",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\n1\r\n4\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n1234",
    ])
    func bodiesAreLimited(_ text: String) throws {
        let taken = try verify(text, body: 4)
        #expect(taken.hasEnded)
        #expect(taken.body == Array("1234".utf8))
        #expect(try verify(text, body: 3).error == .bodyTooLarge(limit: 3))
    }

    @Test func lengthOverTheLimitIsRefusedBeforeTheBody() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: \(Int.max)\r\n\r\n"
        let outcome = try verify(text)
        #expect(outcome.error == .bodyTooLarge(limit: 1_024))
        #expect(outcome.head == nil)
    }

    @Test func largestChunkSizeIsRefusedWithItsFirstBytes() throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n"
        #expect(try verify(head + "12345", body: 4).error == .bodyTooLarge(limit: 4))
        #expect(try verify(head + "1234", body: 4).error == .truncated)
    }

    @Test func interimResponsesAreCounted() throws {
        let interim = "HTTP/1.1 102 Processing\r\n\r\n"
        let final = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        #expect(try verify(String(repeating: interim, count: 16) + final).hasEnded)
        let tooMany = String(repeating: interim, count: 17) + final
        #expect(try verify(tooMany).error == .tooManyInterimResponses(limit: 16))
        for limit in [0, 1, 40] {
            var limits = HTTPLimits()
            limits.interimResponseCount = limit
            for count in [limit, limit + 1] {
                let bytes = Array((String(repeating: interim, count: count) + final).utf8)
                let error = try ParserVerifier.verifyResponse(bytes, limits: limits).error
                #expect(error == (count > limit ? .tooManyInterimResponses(limit: limit) : nil))
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhi\r\n0\r\nA: b\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    ])
    func truncationIsFoundAtEveryByte(_ text: String) throws {
        let bytes = Array(text.utf8)
        for count in bytes.indices {
            let outcome = try ParserVerifier.verifyResponse(Array(bytes[..<count]))
            #expect(outcome.error == .truncated, "after \(count) bytes")
            #expect(!outcome.hasEnded)
        }
        #expect(try ParserVerifier.verifyResponse(bytes).error == nil)
    }

    @Test(arguments: ["x\n", "\r\r", "HTTP/1.1 200 OK\nA\n"])
    func shortLineIsNoEndOfTheHead(_ text: String) throws {
        #expect(try verify(text).error == .truncated)
    }

    @Test func onlyTheHeadOfABodyUntilCloseCanBeTruncated() throws {
        let head = Array("HTTP/1.1 200 OK\r\nA: b\r\n\r\n".utf8)
        for count in head.indices {
            let outcome = try ParserVerifier.verifyResponse(Array(head[..<count]))
            #expect(outcome.error == .truncated, "after \(count) bytes")
        }
        #expect(try ParserVerifier.verifyResponse(head).hasEnded)
    }
}
