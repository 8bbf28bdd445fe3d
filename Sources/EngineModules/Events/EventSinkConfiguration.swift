public import EngineCore
internal import EngineSansIO

/// How an ``EventSink`` makes batches, and what it does when the engine does not take them.
public struct EventSinkConfiguration: Sendable {
    /// What happens to a batch when nobody can tell whether the engine has taken it.
    public var guarantee = EventGuarantee.atMostOnce
    /// What happens to an event that there is no room for.
    public var overflow = EventOverflow.wait
    /// Bytes of the encoded events in a batch, at most; a larger event is refused.
    public var maximumBatchSize = 256 * 1024
    /// Events in a batch, at most.
    public var maximumBatchCount = 4_096
    /// How long an event waits, at most, for others to share its batch.
    public var linger = Duration.milliseconds(5)
    /// Bytes of encoded events that the sink holds, at most, those on their way included. Arrays
    /// that grow can take twice as much memory.
    public var maximumPendingSize = 16 * 1024 * 1024
    /// Batches on their way at once, at most; one of each source.
    public var maximumBatchesInFlight = 4
    /// For each request; nil for the engine's `EngineConfiguration.timeout`, `.unlimited` for none.
    public var requestTimeout: Duration?
    /// The age from which a batch is not sent again but fails; nil or `.unlimited` for none: then it
    /// is sent until the sink is closed.
    public var deliveryTimeout: Duration?
    /// The pauses after failures, during which nothing is sent.
    public var backoff = Backoff()
    /// The longest pause that the engine's `Retry-After` can ask for.
    public var maximumRetryAfter = Duration.seconds(60)
    /// How long ``EventSink/close(within:)`` goes on sending unless it is told otherwise; `.unlimited`
    /// until all is sent.
    public var shutdownTimeout = Duration.seconds(5)
    /// Called with each batch that is given up, on the loop's thread: it must not block. The events
    /// are counted as failed, and nothing is kept of them but what this keeps.
    public var onFailure: (@Sendable (FailedEventBatch) -> Void)?

    /// The defaults.
    public init() {}

    var limits: EventSinkLimits {
        var limits = EventSinkLimits()
        limits.batchBytes = max(1, maximumBatchSize)
        limits.batchEvents = max(1, maximumBatchCount)
        limits.linger = linger.clampedNanoseconds
        limits.pendingBytes = max(1, maximumPendingSize)
        limits.batchesInFlight = max(1, maximumBatchesInFlight)
        limits.deliveryTimeout = deliveryTimeout?.clampedNanoseconds ?? .max
        limits.longestRetryAfter = maximumRetryAfter.clampedNanoseconds
        limits.guarantee = guarantee
        limits.overflow = overflow
        limits.backoff = backoff
        return limits
    }
}
