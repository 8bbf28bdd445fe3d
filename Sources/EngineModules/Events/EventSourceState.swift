internal import DequeModule
internal import EngineSansIO

/// What an event sink holds of one source: a batch that is being filled, and those behind which it
/// queues. One batch of a source is on its way at a time, which keeps its events in order.
struct EventSourceState: Sendable {
    let header: [UInt8]
    /// The batch that is being filled; without events it has not begun.
    var open: EventBatchEncoder
    var openID = 0
    var openBegun = MonotonicTime.distantFuture
    /// Whether the open batch may be sent as it is.
    var isOpenDue = false
    /// Full batches, and those to be sent again: oldest first.
    var sealed: Deque<EventBatchContents> = []
    var isInFlight = false
    /// Whether it has a place among the sources that are ready.
    var isQueued = false
    /// Those who can add events to it.
    var users = 1

    init(header: [UInt8]) throws(EventBatchError) {
        self.header = header
        open = try EventBatchEncoder(header: header)
    }

    var hasOpenEvents: Bool { open.count > 0 }
    var isEmpty: Bool { sealed.isEmpty && !hasOpenEvents }
    var isReady: Bool { !isInFlight && (!sealed.isEmpty || (isOpenDue && hasOpenEvents)) }

    /// When the oldest batch that waits was begun.
    var oldestBegun: MonotonicTime? {
        sealed.first?.begun ?? (hasOpenEvents ? openBegun : nil)
    }

    /// Ends the batch that is being filled.
    mutating func sealOpen(_ source: Int) -> EventBatchContents {
        let eventBytes = open.eventBytes
        let (bytes, count) = open.take()
        isOpenDue = false
        return EventBatchContents(
            id: openID, source: source, bytes: bytes, count: count, eventBytes: eventBytes,
            begun: openBegun)
    }
}
