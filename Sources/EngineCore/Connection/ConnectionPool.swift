/// The connections to one engine: carries out what their machine decides, on the loop's thread.
final class ConnectionPool {
    let loop: EngineLoop
    let path: SocketPath
    // It outlives its pools' handles, which tell of their end.
    unowned let dispatcher: RequestDispatcher

    private var socketFile: SocketFileRequirement?
    private var expectedPeer: ExpectedPeer?
    private var limits: HTTPLimits

    private let machineCell: LoopCell<PoolMachine>
    var machine: PoolMachine {
        _read { yield machineCell.value }
        _modify { yield &machineCell.value }
    }
    var connections: [ClientConnection?] = []
    private var isPerforming = false
    private var lastQueuePhase = RequestPhase.connecting

    private(set) var connectFailureCount = 0
    private var connectFailures: [any Error] = []
    // Of the last attempt; nil once one has succeeded.
    private var lastConnectFailure: (any Error)?
    // More than any sensible number of retries, and a bound for an endless outage.
    private static let rememberedFailures = 32

    /// Requests that were sent here and have not ended.
    var outstanding = 0
    private let healthCell: LoopCell<EndpointHealth>
    var health: EndpointHealth {
        _read { yield healthCell.value }
        _modify { yield &healthCell.value }
    }
    var nextCheck = MonotonicTime.distantFuture
    var isChecking = false
    /// Names it to the balancer.
    let number: Int
    let telemetry: EndpointTelemetry
    /// Whether the configuration names it no longer: it ends with its last request.
    private(set) var isRetired = false

    init(
        path: SocketPath, number: Int, configuration: EngineConfiguration,
        dispatcher: RequestDispatcher, generator: SplitMix64
    ) {
        loop = dispatcher.loop
        self.path = path
        self.number = number
        self.dispatcher = dispatcher
        telemetry = dispatcher.telemetry.endpoint(path)
        socketFile = configuration.socketFile
        expectedPeer = configuration.expectedPeer
        limits = configuration.limits
        healthCell = LoopCell(EndpointHealth(configuration))
        machineCell = LoopCell(
            PoolMachine(limits: PoolLimits(configuration), generator: generator))
    }

    var now: MonotonicTime { .current }

    // MARK: Requests

    /// Gives a request a place in the queue.
    ///
    /// - Parameter failures: Connects that have failed for it, when it comes from another engine.
    func enqueue(_ request: PendingRequest, failures: Int? = nil, now: MonotonicTime) {
        outstanding += 1
        request.pool = self
        request.failuresBefore = connectFailureCount
        dispatcher.enter(queuePhase, request, now: now)
        if let failures {
            machine.adopt(request.id, failures: failures, now: now)
        } else {
            machine.enqueue(request.id, now: now)
        }
        perform()
    }

    /// Takes back the requests that wait.
    func takeWaiters() -> [PendingRequest] {
        machine.takeWaiters().compactMap { waiter in
            guard let request = dispatcher.requests[waiter.request] else { return nil }
            leave(request)
            request.connectAttempts += connectAttempts(since: request)
            request.connectFailures = waiter.failures
            return request
        }
    }

    func leave(_ request: PendingRequest) {
        outstanding -= 1
        if let since = request.trialSince {
            health.trialEnded(since: since, now: now)
            request.trialSince = nil
        }
        request.pool = nil
    }

    var queuePhase: RequestPhase { machine.openCount > 0 ? .waiting : .connecting }

    /// What connecting has met since a request came here.
    func connectAttempts(since request: PendingRequest) -> [EngineError.Attempt] {
        connectFailures.suffix(connectFailureCount - request.failuresBefore).map {
            EngineError.Attempt(failure: $0, delivery: .neverSent)
        }
    }

    /// Why nobody who waits here gets a connection; nil when the last attempt to connect succeeded
    /// or none has ended yet.
    var unreachability: (any Error)? {
        guard let error = lastConnectFailure else { return nil }
        // An engine that has no room for more connections serves those that it has.
        return machine.openCount > 0 && ConnectFailure(error) == .noRoom ? nil : error
    }

    // MARK: Connections

    func opened(_ connection: ConnectionID) {
        let now = now
        lastConnectFailure = nil
        telemetry.client.opened(connection, of: self, now: now)
        machine.opened(connection, now: now)
        perform()
    }

    func failedToOpen(_ connection: ConnectionID, _ error: any Error) {
        connectFailureCount += 1
        connectFailures.append(error)
        if connectFailures.count > Self.rememberedFailures { connectFailures.removeFirst() }
        lastConnectFailure = error
        let failure = ConnectFailure(error)
        let now = now
        telemetry.client.log.failedToConnect(error, to: self, now: now)
        note(.cannotConnect(error), by: nil, now: now)
        // Without a connection there is nothing here that is worth the wait.
        if machine.openCount == 0 {
            dispatcher.relocateWaiters(
                of: self, failures: 1, isPermanent: failure == .permanent, now: now)
        }
        machine.failedToOpen(connection, failure.poolFailure, now: now)
        perform()
    }

    func responded(_ connection: ConnectionID) {
        machine.responded(connection, now: now)
        perform()
    }

    func idleEnded(_ connection: ConnectionID) {
        machine.idleEnded(connection, now: now)
        perform()
    }

    func closed(_ connection: ConnectionID) {
        let now = now
        telemetry.client.closed(connection, of: self, now: now)
        connections[connection.index] = nil
        machine.idleEnded(connection, now: now)
        machine.closed(connection, now: now)
        perform()
        dispatcher.finishClosing()
    }

    func completed(
        _ connection: ConnectionID, _ response: consuming EngineResponse, _ release: PoolRelease
    ) {
        let request = takeRequest(on: connection)
        let now = now
        var isUnread: Bool?
        if let unproven = machine.sampleWanted(now: now) {
            isUnread = connections[unproven.index]?.isUnreadByPeer
        }
        if let request {
            note(.answered(status: response.status), by: request, now: now)
            dispatcher.forget(request)
        }
        machine.released(connection, release, unprovenIsUnread: isUnread, now: now)
        if isUnread != nil { telemetry.client.sampled(self) }
        perform()
        if let request { dispatcher.complete(request, consume response, by: self, now: now) }
    }

    func failed(_ connection: ConnectionID, _ failure: ClientConnection.Failure) {
        let request = takeRequest(on: connection)
        let now = now
        let isSilent = !machine.hasAnswered(since: request?.sentAt ?? now)
        machine.released(connection, .broken, now: now)
        if let request {
            note(.failed(failure, isSilent: isSilent), by: request, now: now)
            dispatcher.failed(request, failure, now: now)
        }
        perform()
    }

    private func takeRequest(on connection: ConnectionID) -> PendingRequest? {
        let request = connections[connection.index]?.request
        connections[connection.index]?.request = nil
        request?.connection = nil
        return request
    }

    // MARK: Carrying out

    // Actions can tell the machine of new events, whose actions queue behind: one loop does all.
    func perform() {
        guard !isPerforming else { return }
        isPerforming = true
        while let action = machine.nextAction() {
            switch action {
            case .open(let connection): open(connection)
            case .lease(let id, let connection): lease(id, connection)
            case .close(let connection): connections[connection.index]?.close()
            case .fail(let id, let failure): dispatcher.fail(id, failure, of: self)
            case .sample(let connection): sample(connection)
            }
        }
        isPerforming = false
        let dispatcher = dispatcher
        if dispatcher.limitsPhases { noteLossOfConnections() }
        telemetry.client.changed(self)
        dispatcher.arm(at: nextWakeUp)
    }

    private func open(_ connection: ConnectionID) {
        while connections.count <= connection.index { connections.append(nil) }
        do {
            try socketFile?.check(path)
            let new = try ClientConnection(
                connection, pool: self, limits: limits, expectedPeer: expectedPeer)
            connections[connection.index] = new
            new.connect(to: path)
        } catch {
            // The loop is being shut down: there is nothing to wait for.
            if error as? LibUVError == .canceled { return dispatcher.beginClose() }
            failedToOpen(connection, error)
            // Nothing was opened that could tell of its close.
            machine.closed(connection, now: now)
        }
    }

    private func lease(_ id: RequestID, _ connection: ConnectionID) {
        guard let user = connections[connection.index] else {
            return machine.released(connection, .broken, now: now)
        }
        guard let request = dispatcher.requests[id], request.pool === self else {
            return machine.released(connection, .unused, now: now)
        }
        let now = now
        // The cancellation itself is on its way to this thread.
        if request.isCancelled {
            machine.released(connection, .unused, now: now)
            return dispatcher.abandon(id, .cancelled)
        }
        // What came up too late has not been sent, and says so.
        guard request.deadline > now else {
            machine.released(connection, .unused, now: now)
            return dispatcher.abandon(id, .expired(request.passedLimit(now: now)))
        }
        if case .connection = request.submission.caller {
            machine.released(connection, .unused, now: now)
            return dispatcher.connected(request)
        }
        request.connection = connection
        request.sentAt = now
        telemetry.client.leased(request, in: self, now: now)
        user.send(request)
    }

    private func sample(_ connection: ConnectionID) {
        let isUnread = connections[connection.index]?.isUnreadByPeer
        machine.sampled(connection, isUnread: isUnread, now: now)
        telemetry.client.sampled(self)
    }

    // Those who waited for a connection to come free now wait for there to be one.
    private func noteLossOfConnections() {
        let phase = queuePhase
        defer { lastQueuePhase = phase }
        guard phase == .connecting, lastQueuePhase == .waiting else { return }
        let now = now
        for request in dispatcher.requests.all
        where request.pool === self && request.connection == nil && !request.phase.isParked {
            dispatcher.enter(.connecting, request, now: now)
        }
    }

    // MARK: Changing

    /// Goes on under other settings, which connections that are open meet as they come free.
    func reconfigure(_ configuration: EngineConfiguration, now: MonotonicTime) {
        let isTrustChanged =
            socketFile != configuration.socketFile || expectedPeer != configuration.expectedPeer
        let areLimitsChanged = limits != configuration.limits
        socketFile = configuration.socketFile
        expectedPeer = configuration.expectedPeer
        limits = configuration.limits
        health.reconfigure(configuration)
        machine.reconfigure(PoolLimits(configuration), now: now)
        if isTrustChanged || areLimitsChanged { machine.replaceConnections() }
        perform()
    }

    func expectPeer(userID: UInt32) {
        expectedPeer?.user = .id(userID)
    }

    /// Ends with the last of the requests that are on their way.
    func retire(now: MonotonicTime) {
        isRetired = true
        dispatcher.relocateWaiters(of: self, now: now)
        machine.shutDown()
        perform()
    }

    /// Breaks off what is on its way and closes everything.
    func beginClose() {
        machine.shutDown()
        for case let connection? in connections { connection.abandon(.closed) }
        perform()
    }

    var isEmpty: Bool { connections.allSatisfy { $0 == nil } }
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
