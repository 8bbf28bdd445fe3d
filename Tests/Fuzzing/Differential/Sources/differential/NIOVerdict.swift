import NIOCore
import NIOEmbedded
import NIOHTTP1

extension Verdict {
    /// What SwiftNIO's decoders, which are llhttp's, make of it.
    static func theirs(on sample: Sample) throws -> Verdict {
        switch sample.kind {
        case .request: try nioRequest(sample.bytes)
        case .response(let toHead): try nioResponse(sample.bytes, toHead: toHead)
        }
    }

    private static func nioResponse(_ bytes: [UInt8], toHead: Bool) throws -> Verdict {
        let channel = EmbeddedChannel(
            handler: ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
        let head = HTTPRequestHead(version: .http1_1, method: toHead ? .HEAD : .GET, uri: "/")
        try channel.writeOutbound(HTTPClientRequestPart.head(head))
        let failure = feed(bytes, to: channel)
        var message = Message()
        while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
            switch part {
            case .head(let head):
                message.start = "\(head.status.code)"
                message.fields = head.headers.lines
            case .body(let buffer): message.body += buffer.readableBytesView
            case .end(let trailers):
                message.trailers = trailers?.lines ?? []
                return .message(message)
            }
        }
        return .refused(failure)
    }

    private static func nioRequest(_ bytes: [UInt8]) throws -> Verdict {
        let channel = EmbeddedChannel(
            handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        let failure = feed(bytes, to: channel)
        var message = Message()
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                message.start = "\(head.method.rawValue) \(head.uri)"
                message.minorVersion = head.version.minor
                message.fields = head.headers.lines
            case .body(let buffer): message.body += buffer.readableBytesView
            case .end: return .message(message)
            }
        }
        return .refused(failure)
    }

    private static func feed(_ bytes: [UInt8], to channel: EmbeddedChannel) -> String {
        var failure = "no message"
        do {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
        } catch {
            failure = "\(error)"
        }
        do {
            // The decoder hears of the end of the connection; what is left over is no error here.
            _ = try channel.finish(acceptAlreadyClosed: true)
        } catch {
            if failure == "no message" { failure = "\(error)" }
        }
        return failure
    }
}

extension HTTPHeaders {
    fileprivate var lines: [String] { map { "\($0.name): \($0.value)" } }
}
