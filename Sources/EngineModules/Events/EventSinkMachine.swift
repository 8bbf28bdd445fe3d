internal import DequeModule
package import EngineSansIO

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

// MARK: - Sending

extension EventSinkMachine {
    /// What became of a batch that was sent.
    package enum Disposition: Sendable {
        /// The engine has it.
        case delivered
        /// It will be sent again.
        case repeated
        /// It was given up, and is to be reported.
        case failed(EventBatchContents)
        /// Nothing is known of such a batch.
        case unknown
    }

    /// Does what is due, and answers what is to be done for it.
    package mutating func attend(now: MonotonicTime) -> [Action] {
        while let source = lingering.popExpired(now: now) {
            sources[source].isOpenDue = true
            queueIfReady(source)
        }
        if let closeDeadline, closeDeadline <= now { abandon() }
        if let pause = pausedUntil, pause <= now { pausedUntil = nil }
        if phase == .open { admitWaiters(now: now) }
        sendReady()
        needsAttention = false
        announcedDeadline = deadline ?? .distantFuture
        defer { actions = [] }
        return actions
    }

    /// When ``attend(now:)`` is to be called at the latest; nil for never.
    package var deadline: MonotonicTime? {
        let pause = ready.isEmpty ? nil : pausedUntil
        return [lingering.earliest, pause, closeDeadline].compactMap(\.self).min()
    }

    /// Takes note of how sending a batch ended.
    ///
    /// - Parameter failure: Nil for success.
    package mutating func ended(
        _ id: Int, _ failure: EventBatchFailure?, now: MonotonicTime
    ) -> Disposition {
        guard var batch = inFlight.removeValue(forKey: id) else { return .unknown }
        needsAttention = true
        sources[batch.source].isInFlight = false
        defer {
            queueIfReady(batch.source)
            freeIfUnused(batch.source)
        }
        guard let failure else {
            failures = 0
            pausedUntil = nil
            counts.delivered += batch.count
            counts.batchesDelivered += 1
            finish(batch)
            return .delivered
        }
        let earlier = batch.delivery ?? failure.delivery
        batch.delivery = failure.delivery.combined(with: earlier)
        let isRepeated = mayRepeat(batch, after: failure, now: now)
        pause(after: failure, isRepeated: isRepeated, now: now)
        guard isRepeated else {
            counts.failed += batch.count
            finish(batch)
            return .failed(batch)
        }
        sources[batch.source].sealed.prepend(batch)
        setAge(batch.source, batch.begun)
        return .repeated
    }

    private func mayRepeat(
        _ batch: EventBatchContents, after failure: EventBatchFailure, now: MonotonicTime
    ) -> Bool {
        phase != .abandoned && failure.mayRepeat(under: limits.guarantee)
            && now.nanoseconds(since: batch.begun) < limits.deliveryTimeout
    }

    private mutating func pause(
        after failure: EventBatchFailure, isRepeated: Bool, now: MonotonicTime
    ) {
        // An engine that answers, or a request that never could be sent, is nothing to wait for.
        let isDisturbed = failure.status == nil && failure.delivery != .neverSent
        guard isRepeated || isDisturbed else {
            if failure.status != nil { failures = 0 }
            return
        }
        // What was on its way beside the first one that failed says nothing new.
        if pausedUntil == nil { failures += 1 }
        let delay = limits.backoff.delay(afterFailures: failures, using: &generator)
        let until = now.advanced(by: max(delay, min(failure.retryAfter, limits.longestRetryAfter)))
        pausedUntil = max(pausedUntil ?? until, until)
    }

    /// After a failure one batch tries whether the engine is back, before the others follow.
    private var width: Int { failures > 0 ? 1 : limits.batchesInFlight }

    private mutating func sendReady() {
        guard pausedUntil == nil, phase != .abandoned else { return }
        while inFlight.count < width, let source = ready.popFirst() {
            sources[source].isQueued = false
            guard sources[source].isReady else {
                freeIfUnused(source)
                continue
            }
            send(source)
        }
    }

    private mutating func send(_ source: Int) {
        var batch: EventBatchContents
        if let sealed = sources[source].sealed.popFirst() {
            batch = sealed
        } else {
            batch = sources[source].sealOpen(source)
            lingering.remove(source)
        }
        setAge(source, sources[source].oldestBegun)
        if batch.attempts > 0 { counts.repeats += 1 }
        batch.attempts += 1
        sources[source].isInFlight = true
        inFlight[batch.id] = batch
        actions.append(.send(batch))
    }

    mutating func queueIfReady(_ source: Int) {
        guard sources[source].isReady, !sources[source].isQueued else { return }
        sources[source].isQueued = true
        // What is to be sent again was there before the others.
        if sources[source].sealed.first?.attempts ?? 0 > 0 {
            ready.prepend(source)
        } else {
            ready.append(source)
        }
        needsAttention = true
    }

    /// Takes a batch that was delivered, has failed or was dropped out of the counts.
    mutating func finish(_ batch: EventBatchContents) {
        counts.pending -= batch.count
        counts.pendingBytes -= batch.eventBytes
        pendingBatches -= 1
        for index in flushes.indices where batch.id < flushes[index].horizon {
            flushes[index].remaining -= 1
        }
        guard flushes.contains(where: { $0.remaining <= 0 }) else { return }
        for flush in flushes where flush.remaining <= 0 {
            actions.append(.finish(waiter: flush.waiter))
        }
        flushes.removeAll { $0.remaining <= 0 }
        needsAttention = true
    }
}

// MARK: - Flushing and closing

extension EventSinkMachine {
    /// Sends all that is held without waiting for more: ``Action/finish(waiter:)`` tells when none
    /// of it is left.
    package mutating func flush(as waiter: Int) {
        makeAllDue()
        awaitBatches(before: nextBatch, as: waiter)
    }

    /// Takes nothing on any more, and sends what is held until a deadline, after which the rest
    /// fails. May be called again; the earlier deadline counts.
    package mutating func close(by deadline: MonotonicTime, as waiter: Int) {
        if phase == .open {
            phase = .closing
            makeAllDue()
            for waiter in waiterOrder where waiters.removeValue(forKey: waiter) != nil {
                counts.refused += 1
                actions.append(.admit(waiter: waiter, .closed))
            }
            waiterOrder = []
        }
        if phase == .closing, pendingBatches > 0 {
            closeDeadline = min(closeDeadline ?? deadline, deadline)
        }
        awaitBatches(before: .max, as: waiter)
    }

    private mutating func awaitBatches(before horizon: Int, as waiter: Int) {
        if pendingBatches == 0 {
            actions.append(.finish(waiter: waiter))
        } else {
            flushes.append(
                Flush(waiter: waiter, horizon: horizon, remaining: pendingBatches))
        }
        needsAttention = true
    }

    /// Gives up all that is held. What is on its way is cancelled, and ends when it ends.
    mutating func abandon() {
        guard phase != .abandoned else { return }
        phase = .abandoned
        closeDeadline = nil
        pausedUntil = nil
        ready = []
        for source in sources.indices {
            sources[source].isQueued = false
            while let batch = sources[source].sealed.popFirst() { giveUp(batch) }
            if sources[source].hasOpenEvents {
                lingering.remove(source)
                giveUp(sources[source].sealOpen(source))
            }
            setAge(source, nil)
            freeIfUnused(source)
        }
        for id in inFlight.keys.sorted() { actions.append(.cancel(batch: id)) }
    }

    private mutating func giveUp(_ batch: EventBatchContents) {
        counts.failed += batch.count
        actions.append(.giveUp(batch))
        finish(batch)
    }
}
