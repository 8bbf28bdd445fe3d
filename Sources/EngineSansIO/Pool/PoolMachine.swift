/// Who gets which connection, and when to open, retire and shed.
///
/// The engine serves each connection with one of a few workers, for as long as the connection
/// lives. The pool does not know how many there are: it opens one connection at a time and only
/// while requests wait, and takes the next step when the engine has read from the last one. A
/// first request that stays unread while others are served is starved: the pool gives up one of
/// its own connections, whose worker then takes the starved one, and goes no wider until later.
///
/// Contract: tell of one event, then carry out ``nextAction()`` until it is nil, in order; wake the
/// machine at ``nextWakeUp``. Events of connections that are gone are ignored: they can cross an
/// action on the way. It never traps on the order of events.
package struct PoolMachine: ~Copyable, Sendable {
    package internal(set) var limits: PoolLimits
    package internal(set) var statistics = PoolStatistics()

    var connections: [PoolConnection] = []
    var idle: [Int] = []
    var waiters = WaiterQueue()
    private var actions: [PoolAction] = []
    private var nextActionIndex = 0
    var isShutDown = false
    var generator: SplitMix64

    // The one connection from which the engine has not read yet.
    var unproven: Int?
    var sampleTime = MonotonicTime.distantFuture
    var rescuesOwed = 0
    var rescueTime = MonotonicTime(nanoseconds: .min)
    var rescueDelay: Int64 = 0

    var ceiling: Int
    var probeTime = MonotonicTime.distantFuture
    var probeDelay: Int64

    var failuresInARow = 0
    /// Whether the last attempt to connect failed for good: a request is not kept waiting for the
    /// next one.
    package internal(set) var isConnectFailurePermanent = false
    var reconnectTime = MonotonicTime(nanoseconds: .min)
    var lastResponseTime = MonotonicTime(nanoseconds: .min)

    package init(limits: PoolLimits, generator: SplitMix64) {
        self.limits = limits
        self.generator = generator
        ceiling = max(1, limits.maximumConnections)
        probeDelay = limits.probeInterval
    }

    /// The next thing to do, in order; nil when all is done.
    package mutating func nextAction() -> PoolAction? {
        guard nextActionIndex < actions.count else {
            actions.removeAll(keepingCapacity: actions.capacity <= 64)
            nextActionIndex = 0
            return nil
        }
        defer { nextActionIndex += 1 }
        return actions[nextActionIndex]
    }

    mutating func perform(_ action: PoolAction) {
        actions.append(action)
    }
}

// MARK: - Requests

extension PoolMachine {
    /// A request wants a connection.
    package mutating func enqueue(_ request: RequestID, now: MonotonicTime) {
        guard !isShutDown else { return perform(.fail(request, .shutdown)) }
        if waiters.isEmpty, let index = popIdle(now: now) {
            lease(index, to: request, now: now)
        } else if waiters.count - expectedConnections(now: now) >= limits.maximumWaiters {
            statistics.shed += 1
            perform(.fail(request, .queueFull))
        } else {
            waiters.append(request)
            grow(now: now)
        }
    }

    /// A request whose connection was lost is to be tried again, before those who came later.
    ///
    /// - Parameters:
    ///   - isFresh: Whether the lost connection had carried no response, which speaks of the
    ///     engine's state and calls for patience.
    ///   - failures: Tries of the request that have failed already.
    package mutating func retry(
        _ request: RequestID, isFresh: Bool, failures: Int = 0, now: MonotonicTime
    ) {
        guard !isShutDown else { return perform(.fail(request, .shutdown)) }
        guard !waiters.contains(request) else { return }
        waiters.prepend(request, failures: failures)
        if isFresh { backOff(now: now) }
        serveWaiters(now: now)
    }

    /// A request that was promised a place by another engine's pool, however many wait here.
    ///
    /// - Parameter failures: Tries of the request that have failed already.
    package mutating func adopt(_ request: RequestID, failures: Int, now: MonotonicTime) {
        guard !isShutDown else { return perform(.fail(request, .shutdown)) }
        waiters.append(request, failures: failures)
        serveWaiters(now: now)
    }

    /// Takes out all who wait, in their order, with the failures that each has met.
    package mutating func takeWaiters() -> [(request: RequestID, failures: Int)] {
        waiters.removeAllWithFailures()
    }

    /// A waiting request is no longer wanted; answers whether it was waiting.
    package mutating func cancel(_ request: RequestID) -> Bool {
        waiters.remove(request)
    }

    /// Ends everything: waiting requests fail, connections close. Leased ones are the runner's to
    /// break off and release.
    package mutating func shutDown() {
        guard !isShutDown else { return }
        isShutDown = true
        for request in waiters.removeAll() { perform(.fail(request, .shutdown)) }
        for index in connections.indices {
            switch connections[index].state {
            case .idle, .connecting: close(index, .shutdown)
            case .leased, .closing, .free: break
            }
        }
    }
}

// MARK: - Connections

extension PoolMachine {
    /// The connection is there.
    package mutating func opened(_ connection: ConnectionID, now: MonotonicTime) {
        guard let index = index(of: connection), connections[index].state == .connecting else {
            return
        }
        statistics.opened += 1
        isConnectFailurePermanent = false
        connections[index].idleDeadline = now.advanced(by: limits.idleTimeout)
        offer(index, now: now)
        serveWaiters(now: now)
    }

    /// Connecting failed; the runner closes the handle.
    package mutating func failedToOpen(
        _ connection: ConnectionID, _ failure: PoolConnectFailure = .transient, now: MonotonicTime
    ) {
        guard let index = index(of: connection), connections[index].state == .connecting else {
            return
        }
        statistics.connectFailures += 1
        close(index, .broken)
        backOff(now: now)
        isConnectFailurePermanent = failure == .permanent
        if liveCount > 0 {
            // The engine has no worker to spare. Those who wait have connections to wait for.
            if failure == .noRoom { lowerCeiling(now: now) }
        } else if failure == .permanent {
            for request in waiters.removeAll() { perform(.fail(request, .cannotConnect)) }
        } else {
            for request in waiters.countFailure(limit: limits.connectRetries) {
                perform(.fail(request, .cannotConnect))
            }
        }
        grow(now: now)
    }

    /// Bytes of a response have arrived.
    package mutating func responded(_ connection: ConnectionID, now: MonotonicTime) {
        guard let index = index(of: connection), !connections[index].isProven else { return }
        prove(index, now: now)
        grow(now: now)
    }

    /// The connection whose sample ``released(_:_:unprovenIsUnread:now:)`` wants, if any.
    package func sampleWanted(now: MonotonicTime) -> ConnectionID? {
        guard let unproven, isLeased(unproven), mayStarve(unproven, now: now) else { return nil }
        return id(of: unproven)
    }

    /// Whether the peer has left bytes of the connection's first request unread; nil when the
    /// system can't tell.
    package mutating func sampled(
        _ connection: ConnectionID, isUnread: Bool?, now: MonotonicTime
    ) {
        guard let index = index(of: connection), unproven == index, isLeased(index) else { return }
        if isUnread == false {
            prove(index, now: now)
            return grow(now: now)
        }
        let waited = now.nanoseconds(since: connections[index].leasedAt)
        let pause = min(max(limits.samplingInterval, waited / 2), limits.starvationGrace)
        sampleTime = now.advanced(by: pause)
        // Without progress elsewhere the engine may be slow or stopped rather than full.
        if mayStarve(index, now: now),
            lastResponseTime > max(connections[index].leasedAt, rescueTime)
        {
            starve(index, now: now)
        }
    }

    /// The user of a connection is done with it.
    ///
    /// - Parameter unprovenIsUnread: The sample of the connection that ``sampleWanted(now:)`` named.
    package mutating func released(
        _ connection: ConnectionID, _ release: PoolRelease, unprovenIsUnread: Bool? = nil,
        now: MonotonicTime
    ) {
        guard let index = index(of: connection), isLeased(index) else { return }
        switch release {
        case .unused:
            // Without a request there is nothing that the engine could leave unread.
            if unproven == index { sampleTime = .distantFuture }
            offer(index, now: now)
        case .reusable(let hint):
            noteResponse(on: index, unprovenIsUnread: unprovenIsUnread, now: now)
            connections[index].note(hint, limits: limits, now: now)
            if let reason = reasonToClose(index, now: now) {
                close(index, reason)
            } else {
                offer(index, now: now)
            }
        case .closedByPeer:
            noteResponse(on: index, unprovenIsUnread: unprovenIsUnread, now: now)
            if rescuesOwed > 0 { payRescue(now: now) }
            close(index, .peer)
        case .broken:
            close(index, .broken)
        }
        serveWaiters(now: now)
    }

    /// The peer closed an idle connection, or sent what nobody asked for.
    package mutating func idleEnded(_ connection: ConnectionID, now: MonotonicTime) {
        guard let index = index(of: connection), connections[index].state == .idle else { return }
        close(index, .peer)
        grow(now: now)
    }

    /// The connection's handle is gone.
    package mutating func closed(_ connection: ConnectionID, now: MonotonicTime) {
        guard let index = index(of: connection), connections[index].state == .closing else {
            return
        }
        connections[index].state = .free
        grow(now: now)
    }
}
