internal import DequeModule

/// Who gets which connection, and when to open, retire and shed.
///
/// The engine serves each connection with one of a few workers, for as long as the connection
/// lives. The pool does not know how many there are: it opens one connection at a time and only
/// while requests wait, and takes the next step when the engine has read from the last one. A
/// first request that stays unread while others are served is starved: the pool gives up one of
/// its own connections, whose worker then takes the starved one, and goes no wider until later.
///
/// Contract: report one event, then carry out ``nextAction()`` until it is nil, in order; wake the
/// machine at ``nextWakeUp``. Events of connections that are gone are ignored: they can cross an
/// action on the way. It never traps on the order of events.
package struct PoolMachine: ~Copyable {
    package private(set) var limits: PoolLimits
    package private(set) var statistics = PoolStatistics()

    private var connections = PoolTable()
    private var idle: [Int] = []
    private var waiters = WaiterQueue()
    private var actions = Deque<PoolAction>()
    private var isShutDown = false
    private var generator: SplitMix64

    private var width: PoolWidth
    private var rescue = PoolRescue()
    // The one connection from which the engine has not read yet.
    private var unproven: Int?
    private var sampleTime = MonotonicTime.distantFuture
    private var lastResponseTime = MonotonicTime(nanoseconds: .min)

    package init(limits: PoolLimits, generator: SplitMix64) {
        self.limits = limits
        self.generator = generator
        width = PoolWidth(limits)
    }

    /// The next thing to do, in order; nil when all is done.
    package mutating func nextAction() -> PoolAction? { actions.popFirst() }

    private mutating func perform(_ action: PoolAction) { actions.append(action) }

    // MARK: Requests

    /// Leases a connection for a request that needs not wait.
    ///
    /// - Returns: The connection, without an action; nil when the request is to be enqueued.
    package mutating func acquire(now: MonotonicTime) -> ConnectionID? {
        guard waiters.isEmpty, !isShutDown, let index = popIdle(now: now) else { return nil }
        setLeased(index, now: now)
        return connections.id(of: index)
    }

    /// A request wants a connection.
    package mutating func enqueue(_ waiter: PoolWaiter, now: MonotonicTime) {
        guard !isShutDown else { return perform(.fail(waiter, .shutdown)) }
        if waiters.isEmpty, let index = popIdle(now: now) {
            lease(index, to: waiter, now: now)
        } else if waiters.count - expectedConnections(now: now) >= limits.maximumWaiters {
            statistics.shed += 1
            perform(.fail(waiter, .queueFull))
        } else {
            waiters.append(waiter)
            grow(now: now)
        }
    }

    /// A request whose connection was lost is to be tried again, before those who came later.
    ///
    /// - Parameters:
    ///   - isFresh: Whether the lost connection had carried no response: the engine may be
    ///     restarting, and connecting backs off.
    ///   - failures: Tries of the request that have failed already.
    package mutating func retry(
        _ waiter: PoolWaiter, isFresh: Bool, failures: Int = 0, now: MonotonicTime
    ) {
        guard !isShutDown else { return perform(.fail(waiter, .shutdown)) }
        guard !waiters.contains(waiter) else { return }
        waiters.prepend(waiter, failures: failures)
        if isFresh { width.backOff(limits.backoff, using: &generator, now: now) }
        serveWaiters(now: now)
    }

    /// A request that another engine's pool had accepted, however many wait here.
    ///
    /// - Parameter failures: Tries of the request that have failed already.
    package mutating func adopt(_ waiter: PoolWaiter, failures: Int, now: MonotonicTime) {
        guard !isShutDown else { return perform(.fail(waiter, .shutdown)) }
        waiters.append(waiter, failures: failures)
        serveWaiters(now: now)
    }

    /// Removes all waiters, in their order; each knows the failures that it has met.
    package mutating func takeWaiters() -> [PoolWaiter] { waiters.removeAll() }

    package func forEachWaiter(_ body: (PoolWaiter) -> Void) { waiters.forEach(body) }

    /// A waiting request is no longer wanted.
    ///
    /// - Returns: Whether it was waiting.
    package mutating func cancel(_ waiter: PoolWaiter) -> Bool { waiters.remove(waiter) }

    /// Ends everything: waiting requests fail, connections close. Leased ones are the runner's to
    /// break off and release.
    package mutating func shutDown() {
        guard !isShutDown else { return }
        isShutDown = true
        for waiter in waiters.removeAll() { perform(.fail(waiter, .shutdown)) }
        for index in connections.indices {
            switch connections[index].state {
            case .idle, .connecting: close(index, .shutdown)
            case .leased, .closing, .free: break
            }
        }
    }

    // MARK: Connections

    /// The connection is there.
    package mutating func opened(_ connection: ConnectionID, now: MonotonicTime) {
        guard let index = connections.index(of: connection, .connecting) else { return }
        statistics.opened += 1
        width.connected()
        connections[index].idleDeadline = now.advanced(by: limits.idleTimeout)
        offer(index, now: now)
        serveWaiters(now: now)
    }

    /// Connecting failed; the runner closes the handle.
    package mutating func failedToOpen(
        _ connection: ConnectionID, _ failure: PoolConnectFailure = .transient, now: MonotonicTime
    ) {
        guard let index = connections.index(of: connection, .connecting) else { return }
        statistics.connectFailures += 1
        close(index, .broken)
        width.backOff(limits.backoff, using: &generator, now: now)
        width.failedToConnect(isPermanent: failure == .permanent)
        if connections.liveCount > 0 {
            // The engine has no worker to spare. Waiting requests have connections to wait for.
            if failure == .noRoom { width.lower(to: connections.provenCount, now: now) }
        } else {
            let failed =
                failure == .permanent
                ? waiters.removeAll() : waiters.countFailure(limit: limits.connectRetries)
            for waiter in failed { perform(.fail(waiter, .cannotConnect)) }
        }
        grow(now: now)
    }

    /// Bytes of a response have arrived.
    package mutating func responded(_ connection: ConnectionID, now: MonotonicTime) {
        guard let index = connections.index(of: connection), !connections[index].isProven else {
            return
        }
        prove(index, now: now)
        grow(now: now)
    }

    /// The connection whose sample ``released(_:_:unprovenIsUnread:now:)`` wants, if any.
    package func sampleWanted(now: MonotonicTime) -> ConnectionID? {
        guard let unproven, connections[unproven].state == .leased, mayStarve(unproven, now: now)
        else { return nil }
        return connections.id(of: unproven)
    }

    /// Whether the peer has left bytes of the connection's first request unread; nil when the
    /// system can't tell.
    package mutating func sampled(
        _ connection: ConnectionID, isUnread: Bool?, now: MonotonicTime
    ) {
        guard let index = connections.index(of: connection, .leased), unproven == index else {
            return
        }
        if isUnread == false {
            prove(index, now: now)
            return grow(now: now)
        }
        let waited = now.nanoseconds(since: connections[index].leasedAt)
        let pause = min(max(limits.samplingInterval, waited / 2), limits.starvationGrace)
        sampleTime = now.advanced(by: pause)
        // Without progress elsewhere the engine may be slow or stopped rather than full.
        if mayStarve(index, now: now),
            lastResponseTime > max(connections[index].leasedAt, rescue.lastTime)
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
        guard let index = connections.index(of: connection, .leased) else { return }
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
            if rescue.isOwed { payRescue(now: now) }
            close(index, .peer)
        case .broken:
            close(index, .broken)
        }
        serveWaiters(now: now)
    }

    /// The peer closed an idle connection, or sent bytes that answer no request.
    package mutating func idleEnded(_ connection: ConnectionID, now: MonotonicTime) {
        guard let index = connections.index(of: connection, .idle) else { return }
        close(index, .peer)
        grow(now: now)
    }

    /// The connection's handle is gone.
    package mutating func closed(_ connection: ConnectionID, now: MonotonicTime) {
        guard let index = connections.index(of: connection, .closing) else { return }
        connections.setState(of: index, .free)
        grow(now: now)
    }

    // MARK: Settings

    /// Adopts other limits. Connections past the new number close as they come free; requests that
    /// wait keep their places.
    package mutating func reconfigure(_ limits: PoolLimits, now: MonotonicTime) {
        self.limits = limits
        width.reconfigure(limits)
        for index in idle where connections.liveCount > max(1, limits.maximumConnections) {
            close(index, .replaced)
        }
        for index in idle {
            let latest = now.advanced(by: limits.idleTimeout)
            connections[index].idleDeadline = min(connections[index].idleDeadline, latest)
        }
        grow(now: now)
    }

    /// Uses no connection again that is there now.
    package mutating func replaceConnections() {
        for index in connections.indices {
            switch connections[index].state {
            case .idle: close(index, .replaced)
            case .connecting, .leased: connections[index].isOutdated = true
            case .closing, .free: break
            }
        }
    }

    // MARK: Time

    /// When ``wake(now:)`` is due; nil when nothing waits for time to pass.
    package var nextWakeUp: MonotonicTime? {
        var next = sampleTime
        for index in idle { next = min(next, connections[index].idleDeadline) }
        if !waiters.isEmpty, unproven == nil, !isShutDown,
            let opening = width.nextOpening(live: connections.liveCount)
        {
            next = min(next, opening)
        }
        return next == .distantFuture ? nil : next
    }

    /// Closes expired idle connections, samples a first request and grows, where that is due.
    package mutating func wake(now: MonotonicTime) {
        for index in idle where connections[index].idleDeadline <= now { close(index, .idle) }
        if let unproven, sampleTime <= now {
            sampleTime = now.advanced(by: limits.samplingInterval)
            perform(.sample(connections.id(of: unproven)))
        }
        grow(now: now)
    }

    // MARK: Figures

    /// Connections that the engine sees.
    package var liveCount: Int { connections.liveCount }
    /// Connections that carry a request.
    package var leasedCount: Int { connections.leasedCount }

    /// Why a connection was closed; nil when it was not, or its place is another's by now.
    package func closeReason(of connection: ConnectionID) -> ConnectionCloseReason? {
        connections.index(of: connection).flatMap { connections[$0].closeReason }
    }

    /// Whether the engine could not be reached lately, and is not tried again yet.
    package func isBackingOff(now: MonotonicTime) -> Bool {
        width.isBackingOff(live: connections.liveCount, now: now)
    }

    /// Whether the last attempt to connect failed for good: a request is not kept waiting for the
    /// next one.
    package var isConnectFailurePermanent: Bool { width.isConnectFailurePermanent }
    /// Whether any response has come since a time.
    package func hasAnswered(since time: MonotonicTime) -> Bool { lastResponseTime > time }
    /// Requests that wait for a connection.
    package var waiterCount: Int { waiters.count }
    /// Connections that are there, in use or not.
    package var openCount: Int { connections.liveCount - connections.connectingCount }
    /// Connections kept for the next request.
    package var idleCount: Int { idle.count }
    /// Connections from which the engine has not read yet.
    package var unprovenCount: Int { unproven == nil ? 0 : 1 }
    /// First requests that stayed unread behind the engine's busy workers.
    package var starvedCount: Int { statistics.starved }
    /// Connections at once that the engine is known to serve, or the configured most.
    package var connectionCeiling: Int { width.ceiling }
}

// MARK: - Leasing

extension PoolMachine {
    private mutating func open(now: MonotonicTime) {
        let index = connections.add()
        unproven = index
        sampleTime = .distantFuture
        perform(.open(connections.id(of: index)))
    }

    private mutating func close(_ index: Int, _ reason: ConnectionCloseReason) {
        guard connections[index].isLive else { return }
        if let position = idle.firstIndex(of: index) { idle.remove(at: position) }
        if unproven == index {
            unproven = nil
            sampleTime = .distantFuture
        }
        if connections[index].isStarved { rescue.cancel() }
        connections.setState(of: index, .closing)
        connections[index].closeReason = reason
        statistics.closed[reason, default: 0] += 1
        perform(.close(connections.id(of: index)))
    }

    /// The proven idle connection used last, which is the likeliest to live; else the unproven one.
    private mutating func popIdle(now: MonotonicTime) -> Int? {
        while let index = idle.last {
            if connections[index].idleDeadline > now {
                idle.removeLast()
                return index
            }
            close(index, .idle)
        }
        return nil
    }

    private mutating func setLeased(_ index: Int, now: MonotonicTime) {
        if connections[index].served > 0 { statistics.reused += 1 }
        connections.setState(of: index, .leased)
        connections[index].leasedAt = now
        if unproven == index { sampleTime = now.advanced(by: limits.samplingInterval) }
    }

    private mutating func lease(_ index: Int, to waiter: PoolWaiter, now: MonotonicTime) {
        setLeased(index, now: now)
        perform(.lease(waiter, connections.id(of: index)))
    }

    /// Gives a connection to the first waiter, or keeps it for the next.
    private mutating func offer(_ index: Int, now: MonotonicTime) {
        if let waiter = waiters.popFirst() { return lease(index, to: waiter, now: now) }
        connections.setState(of: index, .idle)
        // One that the engine has not read from may have no worker: proven ones go first.
        if connections[index].isProven { idle.append(index) } else { idle.insert(index, at: 0) }
    }

    /// Gives free connections to waiters, and opens another if one is needed.
    private mutating func serveWaiters(now: MonotonicTime) {
        while !waiters.isEmpty, let index = popIdle(now: now), let waiter = waiters.popFirst() {
            lease(index, to: waiter, now: now)
        }
        grow(now: now)
    }
}

// MARK: - Width

extension PoolMachine {
    /// Opens a connection when one is needed, allowed and due.
    private mutating func grow(now: MonotonicTime) {
        guard !waiters.isEmpty, mayOpen(now: now) else { return }
        width.willOpen(live: connections.liveCount, now: now)
        open(now: now)
    }

    private func mayOpen(now: MonotonicTime) -> Bool {
        !isShutDown && unproven == nil && width.mayOpen(live: connections.liveCount, now: now)
    }

    /// Connections on their way, or about to be, each of which takes a request off the queue.
    private func expectedConnections(now: MonotonicTime) -> Int {
        connections.connectingCount + (mayOpen(now: now) ? 1 : 0)
    }

    /// The engine has read from a connection: one of its workers serves it.
    private mutating func prove(_ index: Int, now: MonotonicTime) {
        guard !connections[index].isProven else { return }
        connections[index].isProven = true
        // Its turn begins now: time in the engine's backlog was no use of a worker.
        connections[index].provenAt = now
        connections[index].isStarved = false
        rescue.cancel()
        guard unproven == index else { return }
        unproven = nil
        sampleTime = .distantFuture
        width.proved(live: connections.liveCount)
    }

    /// Whether a first request has waited long enough to be starved, or to be rescued once more.
    private func mayStarve(_ index: Int, now: MonotonicTime) -> Bool {
        if connections[index].isStarved { return rescue.isDueAgain(now: now) }
        return now.nanoseconds(since: connections[index].leasedAt) >= limits.starvationGrace
    }

    /// A first request is stuck behind the engine's busy workers.
    private mutating func starve(_ index: Int, now: MonotonicTime) {
        if !connections[index].isStarved {
            connections[index].isStarved = true
            statistics.starved += 1
            rescue.begin(grace: limits.starvationGrace)
            width.lower(to: connections.provenCount, now: now)
        }
        guard connections.provenCount > 0 else { return }
        if let free = idle.first(where: { connections[$0].isProven }) {
            payRescue(now: now)
            close(free, .rescue)
        } else {
            rescue.owe()
        }
    }

    private mutating func payRescue(now: MonotonicTime) {
        rescue.pay(now: now)
        statistics.rescued += 1
    }

    /// A complete response came: the engine is there, and a worker of it was.
    private mutating func noteResponse(
        on index: Int, unprovenIsUnread: Bool?, now: MonotonicTime
    ) {
        prove(index, now: now)
        width.answered(now: now)
        lastResponseTime = now
        if let unproven, unprovenIsUnread != nil {
            sampled(connections.id(of: unproven), isUnread: unprovenIsUnread, now: now)
        }
    }

    /// Why a connection should not carry another request, if it should not.
    private mutating func reasonToClose(_ index: Int, now: MonotonicTime) -> ConnectionCloseReason?
    {
        if isShutDown { return .shutdown }
        if rescue.isOwed {
            payRescue(now: now)
            return .rescue
        }
        if connections[index].isOutdated
            || connections.liveCount > max(1, limits.maximumConnections)
        {
            return .replaced
        }
        if connections[index].served >= connections[index].allowance { return .spent }
        if now.nanoseconds(since: connections[index].provenAt) >= limits.maximumAge {
            return .rotated
        }
        return nil
    }
}
