internal import EngineRuntime

/// A response whose body is still arriving.
public struct EngineResponseStream: Sendable {
    /// The status code, 200 to 599.
    public let status: Int
    /// The head's fields.
    public let headers: HeaderFields
    /// Whether the status is one of 2xx.
    public var isSuccess: Bool { HTTPStatus.isSuccess(status) }
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
        fileprivate let decoder: DecodedBody?

        /// The next chunk, at least a byte; nil at the end of a complete body.
        ///
        /// - Throws: ``EngineError`` when the body can't be had in full.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(EngineError) -> [UInt8]? {
            try await reader.next(through: decoder)
        }

        /// The next chunk, at least a byte; nil at the end of a complete body.
        ///
        /// - Throws: ``EngineError`` when the body can't be had in full.
        public mutating func next() async throws(EngineError) -> [UInt8]? {
            try await reader.next(through: decoder)
        }
    }

    fileprivate let reader: BodyReader
    /// Nil for a body that is handed on as it comes.
    private var decoder: DecodedBody?

    init(
        _ channel: BodyChannel, after head: ResponseHead, of engine: Engine,
        producer: Task<Void, Never>?, abandon: @escaping @Sendable () -> Void
    ) {
        reader = BodyReader(channel, after: head, of: engine, producer: producer, abandon: abandon)
    }

    /// The body out of a coding; nothing of it may have been taken.
    func decoding(_ coding: ContentCoding) -> ResponseBody {
        var body = self
        body.decoder = DecodedBody(coding)
        return body
    }

    /// Gives up what has not arrived, which closes the connection; nothing after the end.
    ///
    /// Who iterates gets an error with the code ``EngineError/Code/cancelled``, when a sequence that
    /// makes the request's body has ended. One that ignores its cancellation outlives a body that
    /// nobody iterates any more.
    public func cancel() {
        reader.abandon()
    }

    /// Starts to take the chunks.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(reader: reader, decoder: decoder)
    }

    /// Fields after a chunked body, once its end was reached.
    public var trailers: HeaderFields? { reader.channel.trailers }

    /// The rest of the body, in memory.
    ///
    /// - Parameter limit: Bytes, at most.
    /// - Throws: ``EngineError``, with `HTTPParseError.bodyTooLarge(limit:)` below it when there
    ///   are more bytes than that.
    public func collect(upTo limit: Int) async throws(EngineError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await reader.next(through: decoder) {
            guard chunk.count <= limit - bytes.count else {
                // Until the end of the response the request may still be on its way.
                let error = EngineError.malformedResponse(
                    .bodyTooLarge(limit: limit),
                    delivery: reader.channel.hasEnded ? .consumed : .unknown)
                await reader.giveUp()
                throw error.after([], response: reader.response)
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
    private let head: ResponseHead
    // A client that is let go of closes its connections.
    private let engine: Engine
    // Of the request's body, which must not outlive this one.
    private let producer: Task<Void, Never>?

    init(
        _ channel: BodyChannel, after head: ResponseHead, of engine: Engine,
        producer: Task<Void, Never>?, abandon: @escaping @Sendable () -> Void
    ) {
        self.channel = channel
        self.head = head
        self.producer = producer
        self.engine = engine
        self.abandon = abandon
    }

    /// The response for an error, without what its consumer has.
    var response: EngineError.Response {
        EngineError.Response(status: head.status, headers: head.fields, isBodyTruncated: true)
    }

    deinit {
        if !channel.hasEnded { abandon() }
    }

    nonisolated(nonsending) func next(
        through decoder: DecodedBody?
    ) async throws(EngineError) -> [UInt8]? {
        guard let decoder else { return try await next() }
        do throws(EngineError) {
            while true {
                if let chunk = try decoder.next(for: responseAndDelivery) { return chunk }
                guard let chunk = try await next() else { break }
                decoder.feed(chunk)
            }
            try decoder.finish(for: responseAndDelivery)
            return nil
        } catch {
            await giveUp()
            throw error
        }
    }

    private func responseAndDelivery() -> (EngineError.Response, RequestDelivery) {
        // Until the end of the response the request may still be on its way.
        (response, channel.hasEnded ? .consumed : .unknown)
    }

    /// Leaves, and waits for the end of what the request's body is made by.
    nonisolated(nonsending) func giveUp() async {
        abandon()
        await producer?.value
    }

    nonisolated(nonsending) func next() async throws(EngineError) -> [UInt8]? {
        while true {
            // In a child of fork() nothing more arrives, and no producer ends.
            if engine.loop.isInherited { throw .loopUnavailable(.otherProcess) }
            let taken: BodyChannel.Taken
            do throws(EngineError) {
                taken = try channel.take()
            } catch {
                await producer?.value
                throw error
            }
            switch taken {
            case .chunk(let chunk): return chunk
            case .end:
                await producer?.value
                return nil
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
