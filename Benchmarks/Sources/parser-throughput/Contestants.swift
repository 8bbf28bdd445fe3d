import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import WireParser

/// A parser under measurement.
protocol Contestant {
    var name: String { get }

    /// Gets ready for that many responses, off the clock.
    mutating func prepare(messages: Int) throws

    /// Parses them in pieces as large as the client's read buffer.
    mutating func parse(_ load: Load) throws -> Tally
}

let pieceSize = 64 * 1_024

struct ThisParser: Contestant {
    let name = "this parser"

    mutating func prepare(messages: Int) {}

    mutating func parse(_ load: Load) throws -> Tally {
        var tally = Tally()
        var parser = ResponseParser()
        parser.startResponse(to: .get)
        try load.bytes.withRawSpan { bytes throws(HTTPParseError) in
            for start in stride(from: 0, to: bytes.byteCount, by: pieceSize) {
                let piece = bytes.extracting(start..<min(start + pieceSize, bytes.byteCount))
                try feed(piece, to: &parser, &tally)
            }
        }
        return tally
    }

    /// Parses the same response by itself again and again, for others to count what that takes.
    static func parse(_ load: Load, times: Int) throws {
        var tally = Tally()
        var parser = ResponseParser()
        for _ in 0..<times {
            parser.startResponse(to: .get)
            try load.bytes.withRawSpan { bytes throws(HTTPParseError) in
                var offset = 0
                while offset < bytes.byteCount {
                    switch try parser.next(bytes, from: &offset) {
                    case .needMore, .end: break
                    case .head(let head): tally.fields += head.fields.count
                    case .body(let range): tally.body += range.count
                    }
                }
                if try parser.next(bytes, from: &offset) == .end { tally.messages += 1 }
            }
        }
        guard tally.messages == times else { fatalError("\(tally) for \(times) responses") }
    }

    private func feed(
        _ piece: RawSpan, to parser: inout ResponseParser, _ tally: inout Tally
    ) throws(HTTPParseError) {
        var offset = 0
        while true {
            switch try parser.next(piece, from: &offset) {
            case .needMore: return
            case .head(let head): tally.fields += head.fields.count
            case .body(let range): tally.body += range.count
            case .end:
                tally.messages += 1
                parser.startResponse(to: .get)
            }
        }
    }
}

struct NIODecoder: Contestant {
    let name = "SwiftNIO"
    private var channel = EmbeddedChannel()

    mutating func prepare(messages: Int) throws {
        channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPResponseDecoder()))
        // The decoder wants to know what each response answers.
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        for _ in 0..<messages {
            try channel.writeOutbound(HTTPClientRequestPart.head(head))
            _ = try channel.readOutbound(as: HTTPClientRequestPart.self)
        }
    }

    mutating func parse(_ load: Load) throws -> Tally {
        var tally = Tally()
        for start in stride(from: 0, to: load.bytes.count, by: pieceSize) {
            let piece = load.bytes[start..<min(start + pieceSize, load.bytes.count)]
            try channel.writeInbound(ByteBuffer(bytes: piece))
            while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                switch part {
                case .head(let head): tally.fields += head.headers.count
                case .body(let buffer): tally.body += buffer.readableBytes
                case .end: tally.messages += 1
                }
            }
        }
        return tally
    }
}

struct LLHTTP: Contestant {
    struct Unusable: Error {
        let reason: String
    }

    private typealias Feed =
        @convention(c) (
            UnsafePointer<UInt8>?, Int, Int, UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int>
        ) -> Int

    let name = "llhttp"
    private let feed: Feed

    init(library: String) throws {
        guard let handle = dlopen(library, RTLD_NOW), let symbol = dlsym(handle, "llhttp_feed")
        else { throw Unusable(reason: "no llhttp_feed in \(library)") }
        feed = unsafeBitCast(symbol, to: Feed.self)
    }

    mutating func prepare(messages: Int) {}

    mutating func parse(_ load: Load) throws -> Tally {
        var tally = Tally()
        tally.messages = load.bytes.withUnsafeBufferPointer {
            feed($0.baseAddress, $0.count, pieceSize, &tally.fields, &tally.body)
        }
        guard tally.messages >= 0 else { throw Unusable(reason: "llhttp refused \(load.name)") }
        return tally
    }
}
