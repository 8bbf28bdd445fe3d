// The tables: who holds what, and when to look again.
extension PoolMachine {
    func id(of index: Int) -> ConnectionID {
        ConnectionID(index: index, generation: connections[index].generation)
    }

    /// The place of a connection; nil when it has been given to another since.
    func index(of connection: ConnectionID) -> Int? {
        guard connections.indices.contains(connection.index),
            connections[connection.index].generation == connection.generation
        else { return nil }
        return connection.index
    }

    func isLeased(_ index: Int) -> Bool {
        if case .leased = connections[index].state { true } else { false }
    }

    /// The proven idle connection used last, which is the likeliest to live; else the unproven one.
    mutating func popIdle(now: MonotonicTime) -> Int? {
        while let index = idle.last {
            if connections[index].idleDeadline > now {
                idle.removeLast()
                return index
            }
            close(index, .idle)
        }
        return nil
    }

    mutating func lease(_ index: Int, to request: RequestID, now: MonotonicTime) {
        if connections[index].served > 0 { statistics.reused += 1 }
        connections[index].state = .leased(request)
        connections[index].leasedAt = now
        if unproven == index { sampleTime = now.advanced(by: limits.samplingInterval) }
        perform(.lease(request, id(of: index)))
    }

    /// Gives a connection to the first who waits, or keeps it for the next.
    mutating func offer(_ index: Int, now: MonotonicTime) {
        if let request = waiters.popFirst() {
            lease(index, to: request, now: now)
        } else {
            connections[index].state = .idle
            // One that the engine has not read from may have no worker: proven ones go first.
            idle.insert(index, at: connections[index].isProven ? idle.endIndex : 0)
        }
    }

    /// Gives free connections to those who wait, and sees whether more are needed.
    mutating func serveWaiters(now: MonotonicTime) {
        while !waiters.isEmpty, let index = popIdle(now: now), let request = waiters.popFirst() {
            lease(index, to: request, now: now)
        }
        grow(now: now)
    }

    mutating func close(_ index: Int, _ reason: ConnectionCloseReason) {
        guard connections[index].isLive else { return }
        if let position = idle.firstIndex(of: index) { idle.remove(at: position) }
        if unproven == index {
            unproven = nil
            sampleTime = .distantFuture
        }
        if connections[index].isStarved { rescuesOwed = 0 }
        connections[index].state = .closing
        connections[index].closeReason = reason
        statistics.closed[reason, default: 0] += 1
        perform(.close(id(of: index)))
    }

    // MARK: Time

    /// When ``wake(now:)`` is due; nil when nothing waits for time to pass.
    package var nextWakeUp: MonotonicTime? {
        var next = sampleTime
        for index in idle { next = min(next, connections[index].idleDeadline) }
        if !waiters.isEmpty, unproven == nil, !isShutDown {
            let live = liveCount
            if live < limits.maximumConnections {
                next = min(next, live < ceiling ? attemptTime : max(attemptTime, probeTime))
            }
        }
        return next == .distantFuture ? nil : next
    }

    /// Does what has come due.
    package mutating func wake(now: MonotonicTime) {
        for index in idle where connections[index].idleDeadline <= now { close(index, .idle) }
        if let unproven, sampleTime <= now {
            sampleTime = now.advanced(by: limits.samplingInterval)
            perform(.sample(id(of: unproven)))
        }
        grow(now: now)
    }

    // MARK: Figures

    /// Why a connection was closed; nil when it was not, or its place is another's by now.
    package func closeReason(of connection: ConnectionID) -> ConnectionCloseReason? {
        index(of: connection).flatMap { connections[$0].closeReason }
    }

    /// Requests that wait for a connection.
    package var waiterCount: Int { waiters.count }
    /// Connections that carry a request.
    package var leasedCount: Int { connections.indices.count { isLeased($0) } }
    /// Connections that are there, in use or not.
    package var openCount: Int { liveCount - connections.count { $0.state == .connecting } }
    /// Connections kept for the next request.
    package var idleCount: Int { idle.count }
    /// Connections from which the engine has not read yet.
    package var unprovenCount: Int { unproven == nil ? 0 : 1 }
    /// First requests that stayed unread behind the engine's busy workers.
    package var starvedCount: Int { statistics.starved }
    /// Connections at once that the engine is known to serve, or the configured most.
    package var connectionCeiling: Int { ceiling }
}
