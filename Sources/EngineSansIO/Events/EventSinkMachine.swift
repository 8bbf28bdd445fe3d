internal import DequeModule

/// Decides which events are taken, when they become a batch, which batch is sent next, and what
/// happens when that fails.
///
/// Pure: it knows no clock but the times that it is told, and holds every byte that its counts
/// speak of. Whoever calls it carries out what ``attend(now:)`` answers, and calls that again when
/// ``needsAttention`` says so or the deadline has come.
package struct EventSinkMachine: Sendable {
    /// What is to be done for it.
    package enum Action: Sendable {
        /// Send a batch, then call ``ended(_:_:now:)``.
        case send(EventBatchContents)
        /// Give up a batch that is on its way; it still ends.
        case cancel(batch: Int)
        /// Report a batch that has failed without having been sent again.
        case giveUp(EventBatchContents)
        /// Tell who waits for room.
        case admit(waiter: Int, EventAdmission)
        /// Tell who waits for a flush or for the close.
        case finish(waiter: Int)
    }

    enum Phase: Sendable {
        /// Can become `closing`.
        case open
        /// Takes nothing on. Can become `abandoned`.
        case closing
        /// Sends nothing any more. Final.
        case abandoned
    }

    struct Waiter: Sendable {
        let source: Int
        let event: [UInt8]
        let size: Int
    }

    struct Flush: Sendable {
        let waiter: Int
        /// Batches from here on do not count.
        let horizon: Int
        var remaining: Int
    }

    let limits: EventSinkLimits
    var generator: SplitMix64
    var phase = Phase.open

    var sources: [EventSourceState] = []
    var freeSources: [Int] = []
    var sourcesByHeader: [[UInt8]: Int] = [:]
    /// Sources with something to send, in the order in which they get their turn.
    var ready: Deque<Int> = []
    var lingering = DeadlineHeap()
    /// Sources by the age of what waits; kept for ``EventOverflow/dropOldest`` alone.
    var ages = DeadlineHeap()
    var inFlight: [Int: EventBatchContents] = [:]
    var nextBatch = 0
    var pendingBatches = 0

    var waiters: [Int: Waiter] = [:]
    var waiterOrder: Deque<Int> = []
    var flushes: [Flush] = []
    var nextWaiter = 0

    /// Failures in a row, those of one moment counted once.
    var failures = 0
    var pausedUntil: MonotonicTime?
    var closeDeadline: MonotonicTime?
    var announcedDeadline = MonotonicTime.distantFuture
    var actions: [Action] = []
    var counts = EventSinkStatistics()

    /// Whether ``attend(now:)`` has something to do.
    package internal(set) var needsAttention = false

    package init(limits: EventSinkLimits, generator: SplitMix64) {
        self.limits = limits
        self.generator = generator
    }

    package var statistics: EventSinkStatistics {
        var counts = counts
        counts.batchesInFlight = inFlight.count
        return counts
    }

    // MARK: Sources

    /// The source of a header, which it makes where there is none. To be released once.
    package mutating func retainSource(header: [UInt8]) throws(EventBatchError) -> Int {
        if let id = sourcesByHeader[header] {
            sources[id].users += 1
            return id
        }
        let state = try EventSourceState(header: header)
        let id: Int
        if let free = freeSources.popLast() {
            id = free
            sources[id] = state
        } else {
            id = sources.count
            sources.append(state)
        }
        sourcesByHeader[header] = id
        return id
    }

    /// Ends a use of a source; what it holds is still sent.
    package mutating func releaseSource(_ id: Int) {
        sources[id].users -= 1
        freeIfUnused(id)
    }

    mutating func freeIfUnused(_ id: Int) {
        let source = sources[id]
        guard source.users == 0, source.isEmpty, !source.isInFlight, !source.isQueued,
            sourcesByHeader[source.header] == id
        else { return }
        sourcesByHeader[source.header] = nil
        ages.remove(id)
        freeSources.append(id)
    }

    /// Sources that something is held for, or that somebody can add to.
    package var sourceCount: Int { sourcesByHeader.count }
}
