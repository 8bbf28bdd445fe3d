package import EngineSansIO

/// What an event sink does with a batch when nobody can tell whether the engine has taken it.
public enum EventGuarantee: String, Sendable, Hashable, CaseIterable {
    /// The batch has failed: no event reaches the engine twice.
    case atMostOnce
    /// The batch is sent again: no event is lost on the way, and some can arrive twice.
    case atLeastOnce
}

/// What an event sink does with an event that it has no room for.
public enum EventOverflow: String, Sendable, Hashable, CaseIterable {
    /// The event waits, or is not taken when its caller does not wait.
    case wait
    /// The event is dropped, and counted.
    case dropNewest
    /// The batch that has waited longest to be sent is dropped, and counted. Where all that is held
    /// is on its way already, the event itself is.
    case dropOldest
}

/// What became of an event that was given to an event sink.
public enum EventAdmission: String, Sendable, Hashable, CaseIterable {
    /// The sink has it: it will count as delivered, failed or dropped.
    case accepted
    /// It was dropped for lack of room, and is counted so.
    case dropped
    /// There is no room, or others wait for room: the sink does not have it.
    case full
    /// It is larger than a batch may be: the sink does not have it.
    case tooLarge
    /// The sink is closed, or closing: it does not have it.
    case closed
}

/// What an event sink's machine keeps to; sizes in bytes, times in nanoseconds.
package struct EventSinkLimits: Sendable {
    package var batchBytes = 256 * 1024
    package var batchEvents = 4_096
    package var linger: Int64 = 5_000_000
    package var pendingBytes = 16 * 1024 * 1024
    package var batchesInFlight = 4
    /// The age from which a batch is not sent again.
    package var deliveryTimeout = Int64.max
    /// The longest pause that the engine can ask for.
    package var longestRetryAfter: Int64 = 60_000_000_000
    package var guarantee = EventGuarantee.atMostOnce
    package var overflow = EventOverflow.wait
    package var backoff = Backoff()

    package init() {}
}

/// What an event sink has done so far, and what it holds.
///
/// `accepted` is always the sum of `delivered`, `failed`, `dropped` and `pending`.
public struct EventSinkStatistics: Sendable, Hashable {
    /// Events that the sink took on.
    public package(set) var accepted = 0
    /// Events in batches that the engine answered with success.
    public package(set) var delivered = 0
    /// Events in batches that were given up; each was reported.
    public package(set) var failed = 0
    /// Events that had no room.
    public package(set) var dropped = 0
    /// Events that the sink holds, on their way or not.
    public package(set) var pending = 0
    /// Events that the sink did not take on: no room, too large, or closed.
    public package(set) var refused = 0
    /// Encoded bytes of the events that the sink holds.
    public package(set) var pendingBytes = 0
    /// Batches on their way.
    public package(set) var batchesInFlight = 0
    /// Batches that the engine answered with success.
    public package(set) var batchesDelivered = 0
    /// Times that a batch was sent again by the sink.
    public package(set) var repeats = 0

    /// Zeros, for tests of code that takes one.
    public init() {}
}
