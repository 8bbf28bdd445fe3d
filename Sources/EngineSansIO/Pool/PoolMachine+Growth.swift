// How wide to go, and whom to make room for.
extension PoolMachine {
    /// Connections that the engine sees.
    package var liveCount: Int { connections.count { $0.isLive } }

    private var provenCount: Int { connections.count { $0.isLive && $0.isProven } }

    /// Opens a connection when one is needed, allowed and due.
    mutating func grow(now: MonotonicTime) {
        guard !waiters.isEmpty, mayOpen(now: now) else { return }
        if liveCount >= ceiling { probeTime = now.advanced(by: probeDelay) }
        open(now: now)
    }

    private func mayOpen(now: MonotonicTime) -> Bool {
        let live = liveCount
        return !isShutDown && unproven == nil && now >= attemptTime
            && live < max(1, limits.maximumConnections) && (live < ceiling || now >= probeTime)
    }

    /// When connecting may be tried again. A failure for good has no retries that a pause would
    /// space out: the next request finds out at once whether it is mended.
    var attemptTime: MonotonicTime {
        isConnectFailurePermanent && liveCount == 0
            ? MonotonicTime(nanoseconds: .min) : reconnectTime
    }

    /// Connections on their way, or about to be, each of which takes a request off the queue.
    func expectedConnections(now: MonotonicTime) -> Int {
        connections.count { $0.state == .connecting } + (mayOpen(now: now) ? 1 : 0)
    }

    private mutating func open(now: MonotonicTime) {
        let index = connections.firstIndex { $0.state == .free } ?? connections.endIndex
        if index == connections.endIndex { connections.append(PoolConnection()) }
        let generation = connections[index].generation + 1
        connections[index] = PoolConnection()
        connections[index].generation = generation
        connections[index].state = .connecting
        unproven = index
        sampleTime = .distantFuture
        perform(.open(id(of: index)))
    }

    /// The engine has read from a connection: one of its workers serves it.
    mutating func prove(_ index: Int, now: MonotonicTime) {
        guard !connections[index].isProven else { return }
        connections[index].isProven = true
        // Its turn begins now: time in the engine's backlog was no use of a worker.
        connections[index].provenAt = now
        connections[index].isStarved = false
        rescuesOwed = 0
        guard unproven == index else { return }
        unproven = nil
        sampleTime = .distantFuture
        if liveCount > ceiling {
            // Wider than was thought: growing is free again.
            ceiling = max(1, limits.maximumConnections)
            probeTime = .distantFuture
            probeDelay = limits.probeInterval
        }
    }

    /// Whether a first request has waited long enough to be starved, or to be rescued once more.
    func mayStarve(_ index: Int, now: MonotonicTime) -> Bool {
        if connections[index].isStarved {
            return rescuesOwed == 0 && now >= rescueTime.advanced(by: rescueDelay)
        }
        return now.nanoseconds(since: connections[index].leasedAt) >= limits.starvationGrace
    }

    /// A first request is stuck behind the engine's busy workers.
    mutating func starve(_ index: Int, now: MonotonicTime) {
        if !connections[index].isStarved {
            connections[index].isStarved = true
            statistics.starved += 1
            rescueDelay = limits.starvationGrace
            lowerCeiling(now: now)
        }
        guard provenCount > 0 else { return }
        if let free = idle.first(where: { connections[$0].isProven }) {
            payRescue(now: now)
            close(free, .rescue)
        } else {
            rescuesOwed = 1
        }
    }

    /// A worker comes free. It may go to a neighbour that was there before: the next one is given
    /// up later, after a wait that doubles.
    mutating func payRescue(now: MonotonicTime) {
        rescuesOwed = 0
        rescueTime = now
        rescueDelay = rescueDelay.multipliedReportingOverflow(by: 2).partialValue
        statistics.rescued += 1
    }

    /// Goes no wider than what is proven, until a trial that is ever longer away.
    mutating func lowerCeiling(now: MonotonicTime) {
        ceiling = max(1, provenCount)
        probeTime = now.advanced(by: probeDelay)
        let (doubled, overflow) = probeDelay.multipliedReportingOverflow(by: 2)
        probeDelay =
            overflow ? limits.maximumProbeInterval : min(doubled, limits.maximumProbeInterval)
    }

    /// Waits before the next attempt to connect, longer after each failure in a row.
    mutating func backOff(now: MonotonicTime) {
        failuresInARow += 1
        let delay = limits.backoff.delay(afterFailures: failuresInARow, using: &generator)
        reconnectTime = now.advanced(by: delay)
    }

    /// A complete response came: the engine is there, and a worker of it was.
    mutating func noteResponse(on index: Int, unprovenIsUnread: Bool?, now: MonotonicTime) {
        prove(index, now: now)
        failuresInARow = 0
        reconnectTime = now
        lastResponseTime = now
        if let unproven, unprovenIsUnread != nil {
            sampled(id(of: unproven), isUnread: unprovenIsUnread, now: now)
        }
    }

    /// Why a connection should not carry another request, if it should not.
    mutating func reasonToClose(_ index: Int, now: MonotonicTime) -> ConnectionCloseReason? {
        let connection = connections[index]
        if isShutDown { return .shutdown }
        if rescuesOwed > 0 {
            payRescue(now: now)
            return .rescue
        }
        if connection.isOutdated || liveCount > max(1, limits.maximumConnections) {
            return .replaced
        }
        if connection.served >= connection.allowance { return .spent }
        if now.nanoseconds(since: connection.provenAt) >= limits.maximumAge { return .rotated }
        return nil
    }
}
