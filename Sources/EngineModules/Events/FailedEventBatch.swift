public import EngineCore
internal import EngineSansIO

/// A batch that an ``EventSink`` has given up.
public struct FailedEventBatch: Sendable {
    /// Why: the last error that it met.
    public let error: EngineError
    /// Whom the events come from: the JSON of their header.
    public let header: [UInt8]
    /// Whether the events can have reached the engine, on any of the times that they were sent.
    public let delivery: RequestDelivery
    /// Times that it was sent.
    public let attempts: Int
    /// Events in it.
    public let count: Int
    private let bytes: [UInt8]

    init(_ batch: EventBatchContents, error: EngineError) {
        self.error = error
        // Between `H ` and the end of the first line.
        header = Array(batch.bytes.prefix { $0 != .lineFeed }.dropFirst(2))
        delivery = batch.delivery ?? error.delivery
        attempts = batch.attempts
        count = batch.count
        bytes = batch.bytes
    }

    /// The events as they were added, read from the batch each time.
    public var events: [[UInt8]] {
        var events: [[UInt8]] = []
        events.reserveCapacity(count)
        // What this process has encoded itself can be read.
        try? EventBatchDecoder.decode(bytes, header: { _ in }, event: { events.append($0) })
        return events
    }
}

extension EventBatchFailure {
    /// What an error means for the batch that met it.
    init(_ error: EngineError) {
        // An engine that starts has no socket yet, or one that nobody may use yet.
        let isUnreachable = error.code == .connection && !(error.underlying is SocketPath.Invalid)
        self.init(
            delivery: error.delivery, status: error.httpStatus,
            isTimeout: error.code == .timeout,
            isTransient: error.isTransient || isUnreachable || error.code == .timeout,
            retryAfter: error.retryAfter?.clampedNanoseconds ?? 0)
    }
}
