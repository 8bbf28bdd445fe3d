/// A response whose body is still arriving.
public struct EngineResponseStream: Sendable {
    /// The status code, 200 to 599.
    public let status: Int
    /// The head's fields.
    public let headers: HeaderFields
    /// The body; it holds a connection, and with that one of the engine's workers, until its end
    /// was reached or it was let go of.
    public let body: ResponseBody
}

/// The body of a response, chunk by chunk as it arrives.
///
/// The engine is held up when chunks are not taken: a bounded number of bytes waits in memory.
/// Letting go of a body and its iterators before the end, or ``cancel()``, closes the connection
/// that it comes on, and no other. It can be iterated once; a second iterator goes on where the
/// first one stopped. The client stays open as long as the body is there, unless it is closed.
public struct ResponseBody: AsyncSequence, Sendable {
    /// Takes the body's chunks.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let reader: BodyReader

        /// The next chunk, at least a byte; nil at the end of a complete body.
        ///
        /// - Throws: ``EngineError`` when the body can't be had in full.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(EngineError) -> [UInt8]? {
            try await reader.next()
        }

        /// The next chunk, at least a byte; nil at the end of a complete body.
        ///
        /// - Throws: ``EngineError`` when the body can't be had in full.
        public mutating func next() async throws(EngineError) -> [UInt8]? {
            try await reader.next()
        }
    }

    fileprivate let reader: BodyReader

    init(_ channel: BodyChannel, of engine: Engine, abandon: @escaping @Sendable () -> Void) {
        reader = BodyReader(channel, of: engine, abandon: abandon)
    }

    /// Gives up what has not arrived, which closes the connection; nothing after the end.
    ///
    /// Who iterates gets an error with the code ``EngineError/Code/cancelled``.
    public func cancel() {
        reader.abandon()
    }

    /// Starts to take the chunks.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }

    /// Fields after a chunked body, once its end was reached.
    public var trailers: HeaderFields? { reader.channel.trailers }

    /// The rest of the body, in memory.
    ///
    /// - Parameter limit: Bytes, at most.
    /// - Throws: ``EngineError``, with `HTTPParseError.bodyTooLarge(limit:)` below it when there
    ///   are more bytes than that.
    public func collect(upTo limit: Int) async throws(EngineError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await reader.next() {
            guard chunk.count <= limit - bytes.count else {
                defer { reader.abandon() }
                // Until the end of the response the request may still be on its way.
                throw .malformedResponse(
                    .bodyTooLarge(limit: limit),
                    delivery: reader.channel.hasEnded ? .consumed : .unknown)
            }
            bytes += chunk
        }
        return bytes
    }
}

/// The consumer's end; its last reference going is how the consumer leaves.
private final class BodyReader: Sendable {
    let channel: BodyChannel
    let abandon: @Sendable () -> Void
    // A client that is let go of closes its connections.
    private let engine: Engine

    init(_ channel: BodyChannel, of engine: Engine, abandon: @escaping @Sendable () -> Void) {
        self.channel = channel
        self.engine = engine
        self.abandon = abandon
    }

    deinit {
        if !channel.hasEnded { abandon() }
    }

    nonisolated(nonsending) func next() async throws(EngineError) -> [UInt8]? {
        while true {
            switch try channel.take() {
            case .chunk(let chunk): return chunk
            case .end: return nil
            case .nothing:
                // The cancelled body ends with an error, which the next turn finds.
                await withTaskCancellationHandler {
                    await channel.waitForMore()
                } onCancel: {
                    abandon()
                }
            }
        }
    }
}
