internal import DequeModule

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
