import EngineSansIO
import EngineTesting
import Testing

/// One parser over the life of a connection.
@Suite struct ResponseParserLifecycleTests {
    private func events(
        of parser: inout ResponseParser, _ bytes: [UInt8]
    ) throws -> (events: [ResponseEvent], used: Int) {
        var events: [ResponseEvent] = []
        var offset = 0
        try bytes.withRawSpan { bytes throws(HTTPParseError) in
            repeat {
                events.append(try parser.next(bytes, from: &offset))
            } while events.last != .needMore && events.last != .end
        }
        return (events, offset)
    }

    @Test func oneResponseAfterAnother() throws {
        var parser = ResponseParser()
        let chunked = Array(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n".utf8)
        let counted = Array("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi".utf8)
        for _ in 0..<3 {
            parser.startResponse(to: .get)
            #expect(try events(of: &parser, chunked).used == chunked.count)
            #expect(parser.trailers == ["A": "b"])
            parser.startResponse(to: .post)
            #expect(parser.trailers.isEmpty)
            let (events, used) = try events(of: &parser, counted)
            #expect(used == counted.count)
            #expect(events.count == 3)
            #expect(events.dropFirst() == [.body(counted.count - 2..<counted.count), .end])
        }
    }

    @Test func nothingIsTakenUnlessAResponseIsAwaited() throws {
        var parser = ResponseParser()
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
        let before = try events(of: &parser, bytes)
        #expect(before.events == [.end])
        #expect(before.used == 0)
        #expect(try parser.endOfInput() == .end)
        parser.startResponse(to: .get)
        #expect(try events(of: &parser, bytes).used == bytes.count)
        let after = try events(of: &parser, bytes)
        #expect(after.events == [.end])
        #expect(after.used == 0)
    }

    @Test func startingAnewInsideAResponseChangesNothing() throws {
        var parser = ResponseParser()
        parser.startResponse(to: .head)
        _ = try events(of: &parser, Array("HTTP/1.1 200 OK\r\n".utf8))
        parser.startResponse(to: .get)
        let (events, _) = try events(of: &parser, Array("Content-Length: 5\r\n\r\n".utf8))
        #expect(events.count == 2)
        #expect(events.last == .end)
    }

    @Test func interimCountStartsAnew() throws {
        var parser = ResponseParser()
        let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 16)
        let bytes = Array((interim + "HTTP/1.1 204 No Content\r\n\r\n").utf8)
        for _ in 0..<2 {
            parser.startResponse(to: .get)
            #expect(try events(of: &parser, bytes).events.last == .end)
        }
    }

    @Test func bytesOfABodyMayPassTheParserBy() throws {
        var parser = ResponseParser()
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n".utf8)
        parser.startResponse(to: .get)
        #expect(parser.bodyBytesToCome == 0)
        #expect(try events(of: &parser, head + [1]).events.last == .needMore)
        #expect(parser.bodyBytesToCome == 9)
        #expect(parser.skipBody(4) == 5)
        #expect(try events(of: &parser, [2, 3]).events == [.body(0..<2), .needMore])
        #expect(parser.skipBody(3) == 0)
        let rest = try events(of: &parser, [4])
        #expect(rest.events == [.end])
        #expect(rest.used == 0)
    }

    @Test func aBodyUntilTheCloseKeepsItsLimitWhenBytesPassBy() throws {
        var limits = HTTPLimits()
        limits.bodySize = 10
        var parser = ResponseParser(limits: limits)
        parser.startResponse(to: .get)
        #expect(try events(of: &parser, Array("HTTP/1.1 200 OK\r\n\r\n".utf8)).events.count == 2)
        #expect(parser.bodyBytesToCome == 10)
        #expect(parser.skipBody(9) == 1)
        #expect(try events(of: &parser, [1]).events == [.body(0..<1), .needMore])
        #expect(throws: HTTPParseError.bodyTooLarge(limit: 10)) {
            try events(of: &parser, [2])
        }
    }

    @Test func nothingPassesAChunkedBodyBy() throws {
        var parser = ResponseParser()
        let bytes = Array(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab".utf8)
        parser.startResponse(to: .get)
        #expect(try events(of: &parser, bytes).events.last == .needMore)
        #expect(parser.bodyBytesToCome == 0)
        #expect(parser.skipBody(3) == 0)
        let rest = try events(of: &parser, Array("cde\r\n0\r\n\r\n".utf8))
        #expect(rest.events == [.body(0..<3), .end])
    }
}
