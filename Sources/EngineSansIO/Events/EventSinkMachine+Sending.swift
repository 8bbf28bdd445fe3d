internal import DequeModule

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
        let until = now.advanced(by: max(delay, failure.retryAfter))
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
