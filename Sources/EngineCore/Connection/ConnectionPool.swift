/// Carries out what the machines decide, on the loop's thread.
final class ConnectionPool {
    let loop: EngineLoop
    /// Whether requests want to know when they go from one phase to the next.
    let limitsPhases: Bool

    let path: Result<SocketPath, EngineError>
    let phaseTimeouts: PhaseTimeouts
    private let socketFile: SocketFileRequirement?
    var expectedPeer: ExpectedPeer?
    private let limits: HTTPLimits
    private let retries: Int

    private let machineCell: LoopCell<PoolMachine>
    var machine: PoolMachine {
        _read { yield machineCell.value }
        _modify { yield &machineCell.value }
    }
    var connections: [ClientConnection?] = []
    private let requestCell = LoopCell(RequestTable<PendingRequest>())
    var requests: RequestTable<PendingRequest> {
        _read { yield requestCell.value }
        _modify { yield &requestCell.value }
    }
    private let deadlineCell = LoopCell(DeadlineHeap())
    var deadlines: DeadlineHeap {
        _read { yield deadlineCell.value }
        _modify { yield &deadlineCell.value }
    }
    private var heads = RequestHeads()
    private var spareRequests: [PendingRequest] = []
    private static let spareRequestLimit = 256
    var lastQueuePhase = RequestPhase.connecting
    var timer: LoopTimer?
    var timerDue = MonotonicTime.distantFuture
    private var isPerforming = false

    var connectFailures: [any Error] = []
    var connectFailureCount = 0
    // More than any sensible number of retries, and a bound for an endless outage.
    private static let rememberedFailures = 32

    private var retryCounts: [RequestDelivery: Int] = [:]

    var isClosed = false
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []

    init(
        loop: EngineLoop, path: Result<SocketPath, EngineError>, configuration: EngineConfiguration,
        seed: UInt64
    ) {
        self.loop = loop
        self.path = path
        phaseTimeouts = configuration.phaseTimeouts
        limitsPhases = !configuration.phaseTimeouts.isEmpty
        socketFile = configuration.socketFile
        expectedPeer = configuration.expectedPeer
        limits = configuration.limits
        retries = max(0, configuration.retries)
        machineCell = LoopCell(
            PoolMachine(limits: PoolLimits(configuration), generator: SplitMix64(seed: seed)))
    }

    var now: MonotonicTime { .current }

    /// The pool, in the hands of any thread.
    var bound: LoopBound<ConnectionPool> { LoopBound(self, to: loop) }

    var statistics: EngineStatistics { EngineStatistics(machine, retries: retryCounts) }

    // MARK: Requests

    func accept(_ submission: consuming Submission) {
        let request = pendingRequest(for: submission)
        do throws(RequestEncodingError) {
            try request.encode(with: &heads)
        } catch {
            return request.end(.failure(.unencodable(error)))
        }
        guard !isClosed else { return request.end(.failure(.closed)) }
        if let error = startTimer() { return request.end(.failure(.loopUnavailable(error))) }
        requests.insert(request)
        let now = now
        guard request.deadline > now else {
            return abandon(request.id, .expired(isTotal: true))
        }
        enter(queuePhase, request, now: now)
        machine.enqueue(request.id, now: now)
        perform()
    }

    private func pendingRequest(for submission: consuming Submission) -> PendingRequest {
        let upload = upload(for: submission)
        guard let request = spareRequests.popLast() else {
            return PendingRequest(submission, upload: upload, failuresBefore: connectFailureCount)
        }
        request.reuse(for: submission, upload: upload, failuresBefore: connectFailureCount)
        return request
    }

    func abandon(_ id: RequestID, _ cause: ClientConnection.Failure.Cause) {
        guard let request = requests[id] else { return }
        if let connection = request.connection {
            connections[connection.index]?.abandon(cause)
        } else {
            _ = machine.cancel(id)
            let failure = ClientConnection.Failure(
                cause: cause, delivery: .neverSent, phase: waitingPhase(of: request, cause),
                progress: nil)
            finish(request, .failure(error(failure, request)))
        }
    }

    func finish(
        _ request: PendingRequest, _ result: consuming Result<EngineResponse, EngineError>
    ) {
        forget(request)
        request.end(result)
    }

    private func forget(_ request: PendingRequest) {
        guard requests[place: request.place] === request else { return }
        deadlines.remove(request.place)
        requests.remove(request)
    }

    // MARK: Connections

    func opened(_ connection: ConnectionID) {
        machine.opened(connection, now: now)
        perform()
    }

    func failedToOpen(_ connection: ConnectionID, _ error: any Error) {
        connectFailureCount += 1
        connectFailures.append(error)
        if connectFailures.count > Self.rememberedFailures { connectFailures.removeFirst() }
        machine.failedToOpen(connection, isBacklogFull: error as? LibUVError == .tryAgain, now: now)
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
        connections[connection.index] = nil
        machine.idleEnded(connection, now: now)
        machine.closed(connection, now: now)
        perform()
        finishClosing()
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
        if let request { forget(request) }
        machine.released(connection, release, unprovenIsUnread: isUnread, now: now)
        perform()
        guard let request else { return }
        request.end(.success(response))
        if !isClosed, request.isReusable, spareRequests.count < Self.spareRequestLimit {
            spareRequests.append(request)
        }
    }

    func failed(_ connection: ConnectionID, _ failure: ClientConnection.Failure) {
        let request = takeRequest(on: connection)
        let now = now
        machine.released(connection, .broken, now: now)
        if let request {
            if case .lost(let cause) = failure.cause, !isClosed,
                request.attempts.count < retries, request.deadline > now,
                request.mayRepeat(after: failure.delivery)
            {
                request.attempts.append(
                    EngineError.Attempt(failure: cause, delivery: failure.delivery))
                retryCounts[failure.delivery, default: 0] += 1
                request.upload?.stop()
                // Whoever was waited for before, now it is the engine.
                if request.isStream {
                    request.deadline = now.advanced(by: request.submission.timeout)
                }
                enter(queuePhase, request, now: now)
                machine.retry(
                    request.submission.id, isFresh: failure.progress?.isReusedConnection == false,
                    failures: request.attempts.count, now: now)
            } else {
                finish(request, .failure(error(failure, request)))
            }
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
            case .fail(let id, let failure): fail(id, failure)
            case .sample(let connection): sample(connection)
            }
        }
        isPerforming = false
        if limitsPhases { noteLossOfConnections() }
        armTimer()
    }

    private func open(_ connection: ConnectionID) {
        while connections.count <= connection.index { connections.append(nil) }
        do {
            let path = try path.get()
            try socketFile?.check(path)
            let new = try ClientConnection(
                connection, pool: self, limits: limits, expectedPeer: expectedPeer)
            connections[connection.index] = new
            new.connect(to: path)
        } catch {
            // The loop is being shut down: there is nothing to wait for.
            if error as? LibUVError == .canceled { return beginClose() }
            failedToOpen(connection, error)
            // Nothing was opened that could tell of its close.
            machine.closed(connection, now: now)
        }
    }

    private func lease(_ id: RequestID, _ connection: ConnectionID) {
        guard let user = connections[connection.index] else {
            return machine.released(connection, .broken, now: now)
        }
        guard let request = requests[id] else {
            return machine.released(connection, .unused, now: now)
        }
        if case .connection(let resume) = request.submission.caller {
            machine.released(connection, .unused, now: now)
            forget(request)
            return resume(.success(()))
        }
        request.connection = connection
        user.send(request)
    }

    private func sample(_ connection: ConnectionID) {
        let isUnread = connections[connection.index]?.isUnreadByPeer
        machine.sampled(connection, isUnread: isUnread, now: now)
    }

    private func fail(_ id: RequestID, _ failure: PoolFailure) {
        guard let request = requests[id] else { return }
        switch failure {
        case .queueFull: finish(request, .failure(.queueFull))
        case .shutdown: finish(request, .failure(EngineError.closed.after(request.attempts)))
        case .cannotConnect:
            let attempts = connectAttempts(since: request)
            guard let last = attempts.last?.failure, case .success(let path) = path else {
                return finish(request, .failure(.closed))
            }
            let error = EngineError.cannotConnect(last, path: path)
            finish(request, .failure(error.after(request.attempts + attempts.dropLast())))
        }
    }

    // MARK: Closing

    func beginClose() {
        guard !isClosed else { return }
        isClosed = true
        spareRequests = []
        machine.shutDown()
        for case let connection? in connections { connection.abandon(.closed) }
        perform()
        timer?.close()
    }

    // Without a call to close, this is how the pool hears that its loop was shut down.
    func timerClosed() {
        timer = nil
        beginClose()
        finishClosing()
    }

    func close(then continuation: CheckedContinuation<Void, Never>) {
        beginClose()
        closeWaiters.append(continuation)
        finishClosing()
    }

    private func finishClosing() {
        guard isClosed, timer == nil, connections.allSatisfy({ $0 == nil }) else { return }
        let waiters = closeWaiters
        closeWaiters = []
        for continuation in waiters { continuation.resume() }
    }
}

extension LoopBound<ConnectionPool> {
    func submit(_ submission: consuming Submission) {
        if loop.isOnLoopThread {
            object.accept(submission)
        } else {
            let submission = submission
            run { $0.accept(submission) }
        }
    }

    func cancel(_ id: RequestID) {
        if loop.isOnLoopThread, object.requests[id] == nil {
            // Its submission may still be on the way from another thread.
            loop.submitLast { object.abandon(id, .cancelled) }
        } else {
            run { $0.abandon(id, .cancelled) }
        }
    }

    func closeSoon() {
        run { $0.beginClose() }
    }

    /// Sets the user behind a name in ``EngineConfiguration/expectedPeer``.
    func expectPeer(userID: UInt32) async {
        await suspend { resume in
            run { pool in
                pool.expectedPeer?.user = .id(userID)
                resume()
            }
        }
    }

    /// Ends what is in flight and waits until every socket is closed.
    func close() async {
        await withCheckedContinuation { continuation in
            run { $0.close(then: continuation) }
        }
    }

    var statistics: EngineStatistics {
        get async {
            await suspend { resume in
                run { resume($0.statistics) }
            }
        }
    }
}

extension MonotonicTime {
    /// The time of the loops' clock.
    static var current: MonotonicTime {
        MonotonicTime(nanoseconds: Int64(clamping: EngineLoop.nanoseconds))
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
