internal import EngineRuntime
internal import EngineSansIO

/// One engine's socket and all that is known of it: its connections, its queue and its health; lives
/// on the loop's thread. Carries out the decisions of its ``PoolMachine``.
final class Endpoint<Network: Transport> {
    let path: SocketPath
    /// Names it for as long as its client exists.
    let number: Int
    let telemetry: EndpointTelemetry

    private let network: Network
    // The client owns its endpoints, and outlives their connections.
    unowned let delegate: any EndpointDelegate
    private var socketFile: SocketFileRequirement?
    private var expectedPeer: ExpectedPeer?
    private var limits: HTTPLimits
    private var limitsPhases: Bool

    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    private var machine: PoolMachine
    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    var health: EndpointHealth
    private var connections: [Connection<Network>?] = []
    private var isPerforming = false
    private var lastQueuePhase = ExchangePhase.connecting

    private var connectFailures = ConnectFailures()

    /// Exchanges that were sent here and have not ended.
    private(set) var outstanding = 0
    var nextCheck = MonotonicTime.distantFuture
    var isChecking = false
    /// Whether the configuration names it no longer: it ends with its last exchange.
    private(set) var isRetired = false

    init(
        path: SocketPath, number: Int, configuration: EngineConfiguration, network: Network,
        telemetry: EndpointTelemetry, generator: SplitMix64, delegate: any EndpointDelegate
    ) {
        self.path = path
        self.number = number
        self.network = network
        self.telemetry = telemetry
        self.delegate = delegate
        socketFile = configuration.socketFile
        expectedPeer = configuration.expectedPeer
        limits = configuration.limits
        limitsPhases = !configuration.phaseTimeouts.isEmpty
        health = EndpointHealth(configuration)
        machine = PoolMachine(limits: PoolLimits(configuration), generator: generator)
    }

    private var now: MonotonicTime { network.now }

    // MARK: Exchanges

    /// Sends an exchange, now or when a connection comes free.
    ///
    /// - Parameter failures: Connects that have failed for it, when it comes from another endpoint.
    func submit(_ exchange: Exchange, failures: Int? = nil, now: MonotonicTime) {
        outstanding += 1
        exchange.endpoint = number
        exchange.failuresBefore = connectFailures.count
        if failures == nil, let connection = machine.acquire(now: now) {
            start(exchange, on: connection, now: now)
            return perform(now: now)
        }
        delegate.progressed(exchange, queuePhase, nil, isCallersTurn: false)
        exchange.waiter.request = exchange
        if let failures {
            machine.adopt(exchange.waiter, failures: failures, now: now)
        } else {
            machine.enqueue(exchange.waiter, now: now)
        }
        perform(now: now)
    }

    /// Sends an exchange again that lost its connection here.
    func retry(_ exchange: Exchange, isFresh: Bool, now: MonotonicTime) {
        delegate.progressed(exchange, queuePhase, nil, isCallersTurn: false)
        exchange.waiter.request = exchange
        machine.retry(
            exchange.waiter, isFresh: isFresh, failures: exchange.attempts.count, now: now)
        perform(now: now)
    }

    /// Gives back the exchanges that wait, which leave.
    func takeWaiters() -> [(exchange: Exchange, failures: Int)] {
        machine.takeWaiters().compactMap { waiter in
            guard let exchange = waiter.request as? Exchange else { return nil }
            waiter.request = nil
            leave(exchange)
            exchange.connectAttempts += connectAttempts(since: exchange)
            return (exchange, waiter.failures)
        }
    }

    /// An exchange ends, or goes elsewhere.
    func leave(_ exchange: Exchange) {
        outstanding -= 1
        if let since = exchange.trialSince {
            health.trialEnded(since: since, now: now)
            exchange.trialSince = nil
        }
        exchange.endpoint = nil
    }

    /// Takes an exchange out of the queue, or breaks off its connection.
    ///
    /// - Returns: Whether it was on a connection, which then reports the failure.
    func abandon(_ exchange: Exchange, _ cause: ExchangeFailure.Cause) -> Bool {
        if let connection = connection(of: exchange) {
            connection.abandon(cause)
            return true
        }
        if machine.cancel(exchange.waiter) { exchange.waiter.request = nil }
        return false
    }

    /// The connection that carries an exchange.
    func connection(of exchange: Exchange) -> Connection<Network>? {
        exchange.connection.flatMap { connections[$0.index] }
    }

    /// What an exchange does that waits here.
    var queuePhase: ExchangePhase { machine.openCount > 0 ? .waiting : .connecting }

    /// Failures to connect since an exchange came here.
    func connectAttempts(since exchange: Exchange) -> [EngineError.Attempt] {
        connectFailures.attempts(since: exchange.failuresBefore)
    }

    /// Why waiting exchanges get no connection; nil when the last attempt to connect succeeded or
    /// none has ended yet.
    var unreachability: (any Error)? {
        guard let error = connectFailures.last else { return nil }
        // An engine that has no room for more connections serves those that it has.
        return machine.openCount > 0 && ConnectFailure(error) == .noRoom ? nil : error
    }

    /// What the placement of exchanges looks at.
    func placement(now: MonotonicTime) -> Placement.Endpoint {
        Placement.Endpoint(
            number: number, outstanding: outstanding, isUsable: health.isUsable(now: now),
            weight: health.weight(now: now), isBackingOff: machine.isBackingOff(now: now),
            isUnreachable: machine.isConnectFailurePermanent,
            wantsTrial: health.offersTrial(now: now))
    }

    // MARK: Connection ▶ Endpoint

    /// - Returns: The time.
    func opened(_ connection: ConnectionID) -> MonotonicTime {
        let now = now
        connectFailures.succeeded()
        telemetry.opened(connection, now: now)
        machine.opened(connection, now: now)
        perform(now: now)
        return now
    }

    func failedToOpen(_ connection: ConnectionID, _ error: any Error) {
        connectFailures.add(error)
        let failure = ConnectFailure(error)
        let now = now
        telemetry.failedToConnect(error, now: now)
        note(.cannotConnect(error), by: nil, now: now)
        if machine.openCount == 0 {
            delegate.lostConnections(of: number, isPermanent: failure == .permanent, now: now)
        }
        machine.failedToOpen(connection, failure.poolFailure, now: now)
        perform(now: now)
    }

    func responded(_ connection: ConnectionID) {
        let now = now
        machine.responded(connection, now: now)
        perform(now: now)
    }

    func received(_ head: ResponseHead, for exchange: Exchange) {
        delegate.received(head, for: exchange)
    }

    func progressed(
        _ exchange: Exchange, _ phase: ExchangePhase, _ progress: ExchangeDeadlines.Progress,
        isCallersTurn: Bool
    ) {
        delegate.progressed(exchange, phase, progress, isCallersTurn: isCallersTurn)
    }

    func idleEnded(_ connection: ConnectionID) {
        let now = now
        machine.idleEnded(connection, now: now)
        perform(now: now)
    }

    func closed(_ connection: ConnectionID) {
        let now = now
        if let openedAt = connections[connection.index]?.openedAt {
            telemetry.closed(
                connection, after: max(0, now.nanoseconds(since: openedAt)),
                machine.closeReason(of: connection), now: now)
        }
        connections[connection.index] = nil
        machine.idleEnded(connection, now: now)
        machine.closed(connection, now: now)
        perform(now: now)
        delegate.closedConnection()
    }

    func completed(
        _ exchange: Exchange, _ response: consuming EngineResponse, on connection: ConnectionID,
        _ release: PoolRelease
    ) {
        exchange.connection = nil
        let now = now
        var isUnread: Bool?
        if let unproven = machine.sampleWanted(now: now) {
            isUnread = connections[unproven.index]?.isUnreadByPeer
        }
        note(.answered(status: response.status), by: exchange, now: now)
        leave(exchange)
        machine.released(connection, release, unprovenIsUnread: isUnread, now: now)
        if isUnread != nil { noteSample(now: now) }
        perform(now: now)
        delegate.completed(exchange, response, at: telemetry, now: now)
    }

    func failed(_ exchange: Exchange, _ failure: ExchangeFailure, on connection: ConnectionID) {
        exchange.connection = nil
        let now = now
        let isSilent = !machine.hasAnswered(since: exchange.sentAt)
        machine.released(connection, .broken, now: now)
        note(.failed(failure, isSilent: isSilent), by: exchange, now: now)
        delegate.failed(exchange, failure, now: now)
        perform(now: now)
    }

    // MARK: Carrying out

    // Actions can report new events to the machine, whose actions queue behind: one loop does all.
    func perform(now: MonotonicTime) {
        guard !isPerforming else { return }
        isPerforming = true
        while let action = machine.nextAction() {
            switch action {
            case .open(let connection): open(connection)
            case .lease(let waiter, let connection): lease(waiter, connection)
            case .close(let connection): connections[connection.index]?.close()
            case .fail(let waiter, let failure): fail(waiter, failure)
            case .sample(let connection): sample(connection)
            }
        }
        isPerforming = false
        if limitsPhases { noteLossOfConnections() }
        if let time = telemetry.changed(now: now) { delegate.wake(at: time) }
        rearm()
    }

    /// Asks the client to be woken.
    func rearm() {
        let next = nextWakeUp
        if next < .distantFuture { delegate.wake(at: next) }
    }

    /// Opens, closes, samples and checks, where that is due.
    func wake(now: MonotonicTime) {
        machine.wake(now: now)
        wakeHealth(now: now)
        perform(now: now)
    }

    /// When something is due here.
    var nextWakeUp: MonotonicTime {
        let next = min(machine.nextWakeUp ?? .distantFuture, health.nextTrial ?? .distantFuture)
        return isRetired ? next : min(next, nextCheck)
    }

    private func open(_ connection: ConnectionID) {
        while connections.count <= connection.index { connections.append(nil) }
        do {
            try socketFile?.check(path)
            let new = Connection(
                connection, of: self, on: try network.makeStream(), limits: limits,
                expectedPeer: expectedPeer, limitsPhases: limitsPhases)
            connections[connection.index] = new
            new.connect(to: path)
        } catch {
            // The loop is being shut down: waiting would not end.
            if error as? LibUVError == .canceled { return delegate.loopEnded() }
            failedToOpen(connection, error)
            // Nothing was opened that could report its close.
            machine.closed(connection, now: now)
        }
    }

    private func lease(_ waiter: PoolWaiter, _ connection: ConnectionID) {
        let exchange = waiter.request as? Exchange
        waiter.request = nil
        let now = now
        guard let exchange, exchange.endpoint == number, !waiter.isWaiting else {
            return machine.released(connection, .unused, now: now)
        }
        start(exchange, on: connection, now: now)
    }

    private func start(_ exchange: Exchange, on id: ConnectionID, now: MonotonicTime) {
        guard let connection = connections[id.index] else {
            return machine.released(id, .broken, now: now)
        }
        // The cancellation itself is on its way to this thread.
        if exchange.isCancelled {
            machine.released(id, .unused, now: now)
            return delegate.ended(exchange, .cancelled)
        }
        // Its turn came too late.
        if exchange.deadlines.isOver(now: now) {
            machine.released(id, .unused, now: now)
            return delegate.ended(exchange, .expired(exchange.deadlines.passedLimit(now: now)))
        }
        if exchange.kind == .connection {
            machine.released(id, .unused, now: now)
            return delegate.connected(exchange)
        }
        exchange.connection = id
        exchange.sentAt = now
        telemetry.leased(exchange, now: now)
        connection.send(exchange)
    }

    private func fail(_ waiter: PoolWaiter, _ failure: PoolFailure) {
        let exchange = waiter.request as? Exchange
        waiter.request = nil
        guard let exchange, exchange.endpoint == number else { return }
        switch failure {
        case .queueFull:
            telemetry.shed(exchange, limit: machine.limits.maximumWaiters, now: now)
            delegate.rejected(exchange, .queueFull)
        case .shutdown:
            delegate.rejected(exchange, EngineError.closed.after(exchange.attempts))
        case .cannotConnect:
            let attempts = exchange.connectAttempts + connectAttempts(since: exchange)
            guard let last = attempts.last?.failure else {
                return delegate.rejected(exchange, .closed)
            }
            let error = EngineError.cannotConnect(last, path: path)
            delegate.rejected(exchange, error.after(exchange.attempts + attempts.dropLast()))
        }
    }

    private func sample(_ connection: ConnectionID) {
        let isUnread = connections[connection.index]?.isUnreadByPeer
        let now = now
        machine.sampled(connection, isUnread: isUnread, now: now)
        noteSample(now: now)
    }

    private func noteSample(now: MonotonicTime) {
        telemetry.sampled(
            starved: machine.starvedCount, limit: machine.connectionCeiling, now: now)
    }

    // Exchanges that waited for a connection to come free now wait for a connection to be made.
    private func noteLossOfConnections() {
        let phase = queuePhase
        defer { lastQueuePhase = phase }
        guard phase == .connecting, lastQueuePhase == .waiting else { return }
        machine.forEachWaiter { waiter in
            guard let exchange = waiter.request as? Exchange else { return }
            delegate.progressed(exchange, .connecting, nil, isCallersTurn: false)
        }
    }

    // MARK: Changing

    /// Adopts other settings; open connections adopt them as they come free.
    func reconfigure(_ configuration: EngineConfiguration, now: MonotonicTime) {
        let isTrustChanged =
            socketFile != configuration.socketFile || expectedPeer != configuration.expectedPeer
        let areLimitsChanged = limits != configuration.limits
        socketFile = configuration.socketFile
        expectedPeer = configuration.expectedPeer
        limits = configuration.limits
        limitsPhases = !configuration.phaseTimeouts.isEmpty
        for connection in connections { connection?.limitsPhases = limitsPhases }
        health.reconfigure(configuration)
        machine.reconfigure(PoolLimits(configuration), now: now)
        if isTrustChanged || areLimitsChanged { machine.replaceConnections() }
        perform(now: now)
    }

    func expectPeer(userID: UInt32) {
        expectedPeer?.user = .id(userID)
    }

    /// Takes no more exchanges, and ends with the last of those on their way. Its waiters were taken.
    func retire(now: MonotonicTime) {
        isRetired = true
        machine.shutDown()
        perform(now: now)
    }

    func markRetired() { isRetired = true }

    /// Ends the exchanges in flight with an error and closes every connection.
    func beginClose() {
        machine.shutDown()
        for case let connection? in connections { connection.abandon(.closed) }
        perform(now: now)
    }

    /// Whether all connections are gone.
    var isEmpty: Bool { connections.allSatisfy { $0 == nil } }

    // MARK: Telemetry

    /// Brings levels and totals of metrics up to date.
    func publish(now: MonotonicTime) {
        telemetry.publish(figures, health.state(now: now))
    }

    /// Reports the last figures: the endpoint is gone, or its client is closed.
    func endTelemetry(now: MonotonicTime) {
        telemetry.end(figures, health.state(now: now))
    }

    var figures: EndpointFigures {
        EndpointFigures(
            active: machine.leasedCount, idle: machine.idleCount, live: machine.liveCount,
            unproven: machine.unprovenCount, waiting: machine.waiterCount,
            limit: machine.connectionCeiling, outstanding: outstanding, isRetired: isRetired,
            totals: machine.statistics)
    }
}

extension PoolLimits {
    init(_ configuration: EngineConfiguration) {
        self.init()
        maximumConnections = max(1, configuration.maximumConnections)
        maximumWaiters = max(0, configuration.maximumQueueLength)
        idleTimeout = configuration.idleTimeout.clampedNanoseconds
        maximumAge = configuration.maximumConnectionAge.clampedNanoseconds
        connectRetries = max(0, configuration.retries)
        backoff = configuration.backoff
    }
}
