internal import DequeModule
package import EngineSansIO

extension EventSinkMachine {
    /// Takes an event, if there is room.
    ///
    /// - Parameters:
    ///   - countsRefusal: Whether an event that is not taken counts as refused; not where the
    ///     caller will wait with it.
    ///   - now: The time; asked for when a batch begins.
    package mutating func append(
        _ event: RawSpan, to source: Int, countsRefusal: Bool = true, now: () -> MonotonicTime
    ) -> EventAdmission {
        let size = EventBatchEncoder.encodedSize(event)
        let admission = admission(of: size)
        switch admission {
        case .accepted: take(event, size, source, now: now)
        case .dropped:
            counts.accepted += 1
            counts.dropped += 1
        case .full: if countsRefusal { counts.refused += 1 }
        case .tooLarge, .closed: counts.refused += 1
        }
        return admission
    }

    /// Takes an event as soon as there is room: ``Action/admit(waiter:_:)`` tells.
    ///
    /// Call it for an event that ``append(_:to:countsRefusal:now:)`` has found no room for, with a
    /// number of ``newWaiter()``.
    package mutating func wait(with event: [UInt8], for source: Int, as id: Int) {
        let size = event.withRawSpan { EventBatchEncoder.encodedSize($0) }
        waiters[id] = Waiter(source: source, event: event, size: size)
        waiterOrder.append(id)
    }

    /// Takes back an event that waits, or a wait for a flush.
    ///
    /// - Returns: Whether it still waited.
    package mutating func cancelWaiter(_ id: Int) -> Bool {
        if waiters.removeValue(forKey: id) != nil {
            counts.refused += 1
            // The next one in line may be smaller.
            needsAttention = true
            return true
        }
        guard let index = flushes.firstIndex(where: { $0.waiter == id }) else { return false }
        flushes.remove(at: index)
        return true
    }

    /// A number for somebody who will wait.
    package mutating func newWaiter() -> Int {
        defer { nextWaiter += 1 }
        return nextWaiter
    }

    private mutating func admission(of size: Int) -> EventAdmission {
        guard phase == .open else { return .closed }
        guard size <= limits.batchBytes, size <= limits.pendingBytes else { return .tooLarge }
        guard waiters.isEmpty, hasRoom(for: size) else { return admissionWithoutRoom(for: size) }
        return .accepted
    }

    private func hasRoom(for size: Int) -> Bool {
        counts.pendingBytes + size <= limits.pendingBytes
    }

    private mutating func admissionWithoutRoom(for size: Int) -> EventAdmission {
        switch limits.overflow {
        case .wait:
            relieve()
            return .full
        case .dropNewest:
            relieve()
            return .dropped
        case .dropOldest:
            while !hasRoom(for: size) {
                guard dropOldestBatch() else { return .dropped }
            }
            return .accepted
        }
    }

    private mutating func take(
        _ event: RawSpan, _ size: Int, _ source: Int, now: () -> MonotonicTime
    ) {
        if sources[source].hasOpenEvents,
            sources[source].open.eventBytes + size > limits.batchBytes
        {
            seal(source)
        }
        if !sources[source].hasOpenEvents { begin(source, now: now()) }
        sources[source].open.append(event, encodedSize: size)
        counts.accepted += 1
        counts.pending += 1
        counts.pendingBytes += size
        if sources[source].open.count >= limits.batchEvents
            || sources[source].open.eventBytes >= limits.batchBytes
        {
            seal(source)
        } else if sources[source].isOpenDue {
            queueIfReady(source)
        }
    }

    private mutating func begin(_ source: Int, now: MonotonicTime) {
        sources[source].openID = nextBatch
        sources[source].openBegun = now
        nextBatch += 1
        pendingBatches += 1
        if sources[source].sealed.isEmpty { setAge(source, now) }
        guard limits.linger > 0 else {
            sources[source].isOpenDue = true
            return
        }
        let deadline = now.advanced(by: limits.linger)
        lingering.set(deadline, for: source)
        if deadline < announcedDeadline { needsAttention = true }
    }

    private mutating func seal(_ source: Int) {
        let batch = sources[source].sealOpen(source)
        lingering.remove(source)
        sources[source].sealed.append(batch)
        queueIfReady(source)
    }

    /// Gives those who wait for room their turn, first come, first served.
    mutating func admitWaiters(now: MonotonicTime) {
        while let first = waiterOrder.first {
            guard let waiter = waiters[first] else {
                waiterOrder.removeFirst()
                continue
            }
            guard hasRoom(for: waiter.size) else { return relieve() }
            waiterOrder.removeFirst()
            waiters[first] = nil
            waiter.event.withRawSpan { take($0, waiter.size, waiter.source, now: { now }) }
            actions.append(.admit(waiter: first, .accepted))
        }
    }

    // Held up by batches that nothing but time would send, those who wait would wait for that.
    private mutating func relieve() {
        guard inFlight.isEmpty, ready.isEmpty else { return }
        makeAllDue()
    }

    /// Lets every batch be sent as it is.
    mutating func makeAllDue() {
        for source in sources.indices where sources[source].hasOpenEvents {
            sources[source].isOpenDue = true
            lingering.remove(source)
            queueIfReady(source)
        }
    }

    // MARK: Dropping

    mutating func setAge(_ source: Int, _ begun: MonotonicTime?) {
        guard limits.overflow == .dropOldest else { return }
        if let begun { ages.set(begun, for: source) } else { ages.remove(source) }
    }

    private mutating func dropOldestBatch() -> Bool {
        guard let source = ages.popExpired(now: .distantFuture) else { return false }
        let batch: EventBatchContents
        if let sealed = sources[source].sealed.popFirst() {
            batch = sealed
        } else {
            batch = sources[source].sealOpen(source)
            lingering.remove(source)
        }
        setAge(source, sources[source].oldestBegun)
        counts.dropped += batch.count
        finish(batch)
        return true
    }
}
