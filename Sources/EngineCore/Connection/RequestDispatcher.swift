/// Every request of a client, from its submission to its end, and the pools of connections that
/// carry them; lives on the loop's thread.
final class RequestDispatcher {
    let loop: EngineLoop
    var settings: DispatchSettings
    /// Whether requests want to know when they go from one phase to the next.
    private(set) var limitsPhases: Bool

    /// One for each engine, in the order of the configuration.
    private(set) var pools: [ConnectionPool] = []
    /// What keys are matched with, pool by pool.
    private(set) var nameHashes: [UInt64] = []
    /// Of engines that the configuration names no longer; they end with their last request.
    var retiredPools: [ConnectionPool] = []
    private let balancerCell: LoopCell<LoadBalancer>
    var balancer: LoadBalancer {
        _read { yield balancerCell.value }
        _modify { yield &balancerCell.value }
    }
    // Used again for each choice.
    var candidates: [LoadBalancer.Candidate] = []
    private var generator: SplitMix64
    private var lastPoolNumber = 0

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
    private var heads: RequestHeads
    private var spareRequests: [PendingRequest] = []
    private static let spareRequestLimit = 256
    var timer: LoopTimer?
    var timerDue = MonotonicTime.distantFuture
    /// Whether deadlines have passed that are looked at when the sockets were read.
    var expiresAfterReading = false

    private(set) var retryCounts: [RequestDelivery: Int] = [:]
    /// What engines have done that are named no longer.
    var pastStatistics = PoolStatistics()
    // Counted down from the top, where callers' requests never get.
    var lastProbe = UInt64.max
    let healthBoard: HealthBoard
    let telemetry: ClientTelemetry
    let systemCalls: SystemCalls
    /// The look-up of the user that the configuration names; nil without one, or when it is known.
    var userLookup: UserLookup?
    /// The number of the call that has set the configuration.
    var lastReconfiguration: UInt64 = 0

    private(set) var isClosed = false
    /// What is left to do of a client that takes no more requests.
    var drain: Drain?
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []
    // Pools know it without holding it, and must not outlive it.
    private var selfWhileClosing: RequestDispatcher?

    init(
        loop: EngineLoop, paths: [SocketPath], configuration: EngineConfiguration,
        healthBoard: HealthBoard, systemCalls: SystemCalls, seed: UInt64
    ) {
        self.loop = loop
        self.systemCalls = systemCalls
        userLookup = configuration.expectedPeer?.userName.map { UserLookup($0) }
        self.healthBoard = healthBoard
        telemetry = ClientTelemetry(configuration, loop: loop)
        settings = DispatchSettings(configuration)
        heads = RequestHeads(limits: configuration.requestLimits)
        limitsPhases = !configuration.phaseTimeouts.isEmpty
        generator = SplitMix64(seed: seed)
        balancerCell = LoopCell(
            LoadBalancer(
                strategy: configuration.balancing, generator: SplitMix64(seed: generator.next())))
        use(paths.map { pool(for: $0, configuration) })
    }

    func use(_ pools: [ConnectionPool]) {
        self.pools = pools
        nameHashes = pools.map { RendezvousHash.hash($0.path.description) }
    }

    func pool(for path: SocketPath, _ configuration: EngineConfiguration) -> ConnectionPool {
        lastPoolNumber += 1
        return ConnectionPool(
            path: path, number: lastPoolNumber, configuration: configuration, dispatcher: self,
            generator: SplitMix64(seed: generator.next()))
    }

    var now: MonotonicTime { .current }

    /// The dispatcher, in the hands of any thread.
    var bound: LoopBound<RequestDispatcher> { LoopBound(self, to: loop) }

    // MARK: Requests

    func accept(
        _ submission: consuming Submission, prepare: ((PendingRequest) -> Void)? = nil
    ) {
        let request = pendingRequest(for: submission)
        prepare?(request)
        telemetry.began(request)
        // Before it is sent the request looks again: see `ConnectionPool.lease`.
        if request.isCancelled { return finish(request, .cancelledEarly) }
        let isReady = !needsPreparation(request)
        if isReady, let error = encodingError(of: request) { return finish(request, error) }
        if isClosed || drain != nil, let refusal = refusal(of: request) {
            return finish(request, refusal)
        }
        if let error = startTimer() { return finish(request, .loopUnavailable(error)) }
        requests.insert(request)
        let now = now
        guard request.deadline > now else {
            return abandon(request.id, .expired(request.passedLimit(now: now)))
        }
        if isReady { place(request, now: now) } else { self.prepare(request, now: now) }
    }

    /// Makes what is to be sent; returns why it can't be.
    func encodingError(of request: PendingRequest) -> EngineError? {
        do throws(RequestEncodingError) {
            try request.encode(with: &heads)
            return nil
        } catch {
            return .unencodable(error)
        }
    }

    private func pendingRequest(for submission: consuming Submission) -> PendingRequest {
        let upload = upload(for: submission)
        guard let request = spareRequests.popLast() else {
            return PendingRequest(
                submission, upload: upload, totalTimeout: settings.totalTimeout)
        }
        request.reuse(for: submission, upload: upload, totalTimeout: settings.totalTimeout)
        return request
    }

    /// Ends a request before its time.
    func abandon(_ id: RequestID, _ cause: ClientConnection.Failure.Cause) {
        guard let request = requests[id] else { return }
        if let connection = request.connection {
            request.pool?.connections[connection.index]?.abandon(cause)
        } else {
            _ = request.pool?.machine.cancel(id)
            let failure = ClientConnection.Failure(
                cause: cause, delivery: .neverSent, phase: waitingPhase(of: request, cause),
                progress: nil)
            finish(request, error(failure, request))
        }
    }

    /// The connection that the request wanted is there.
    func connected(_ request: PendingRequest) {
        forget(request)
        request.connected()
    }

    /// A response that is whole ends a request that was forgotten before.
    func complete(
        _ request: PendingRequest, _ response: consuming EngineResponse, by pool: ConnectionPool,
        now: MonotonicTime
    ) {
        telemetry.answered(
            request, status: response.status, bodySize: response.body.count, by: pool.telemetry,
            now: now)
        if telemetry.log.logsEachRequest {
            telemetry.log.answered(request, response, by: pool.telemetry, now: now)
        }
        request.end(.success(response))
        if !isClosed, request.isReusable, spareRequests.count < Self.spareRequestLimit {
            spareRequests.append(request)
        }
    }

    /// A request's connection ended without a response: it is tried again, or ends too.
    func failed(
        _ request: PendingRequest, _ failure: ClientConnection.Failure, now: MonotonicTime
    ) {
        guard case .lost(let cause) = failure.cause, !isClosed,
            request.attempts.count < settings.retries, request.mayRepeat(after: failure.delivery)
        else { return finish(request, error(failure, request)) }
        request.attempts.append(EngineError.Attempt(failure: cause, delivery: failure.delivery))
        guard request.deadline > now else {
            // Retries were left, and no time: the same error as a moment later, between two tries.
            let expired = ClientConnection.Failure(
                cause: .expired(request.passedLimit(now: now)), delivery: failure.delivery,
                phase: failure.phase, progress: failure.progress)
            return finish(request, error(expired, request))
        }
        retryCounts[failure.delivery, default: 0] += 1
        telemetry.retried(request, failure, now: now)
        request.upload?.stop()
        // The producer was stopped: the engine has the next move.
        request.resumeClock(now: now)
        let isFresh = failure.progress?.isReusedConnection == false
        if request.upload?.isProducing == true {
            retryAfterProducer(request, isFresh: isFresh, now: now)
        } else {
            placeAgain(request, isFresh: isFresh, now: now)
        }
    }

    /// A pool gave up on a request.
    func fail(_ id: RequestID, _ failure: PoolFailure, of pool: ConnectionPool) {
        guard let request = requests[id], request.pool === pool else { return }
        switch failure {
        case .queueFull:
            telemetry.log.shed(request, by: pool, now: now)
            finish(request, .queueFull)
        case .shutdown: finish(request, EngineError.closed.after(request.attempts))
        case .cannotConnect:
            let attempts = request.connectAttempts + pool.connectAttempts(since: request)
            guard let last = attempts.last?.failure else {
                return finish(request, .closed)
            }
            let error = EngineError.cannotConnect(last, path: pool.path)
            finish(request, error.after(request.attempts + attempts.dropLast()))
        }
    }

    func finish(
        _ request: PendingRequest, _ error: EngineError
    ) {
        telemetry.failed(request, error, now: now)
        forget(request)
        request.end(.failure(error))
    }

    func forget(_ request: PendingRequest) {
        guard requests[place: request.place] === request else { return }
        deadlines.remove(request.place)
        requests.remove(request)
        request.pool?.leave(request)
        if drain != nil { noteEnd(of: request) }
    }

    // MARK: Changing

    func apply(_ configuration: EngineConfiguration) {
        settings = DispatchSettings(configuration)
        limitsPhases = !configuration.phaseTimeouts.isEmpty
        // Heads that were checked under other limits are not used again.
        heads = RequestHeads(limits: configuration.requestLimits)
        balancer.strategy = configuration.balancing
        telemetry.log.repeatInterval = configuration.logRepeatInterval.clampedNanoseconds
    }

    // MARK: Closing

    func beginClose() {
        guard !isClosed else { return }
        isClosed = true
        spareRequests = []
        selfWhileClosing = self
        for pool in pools + retiredPools { pool.beginClose() }
        endParked()
        timer?.close()
        finishClosing()
    }

    // Without a call to close, this is how the dispatcher hears that its loop was shut down.
    func timerClosed() {
        timer = nil
        beginClose()
        finishClosing()
    }

    func close(then continuation: CheckedContinuation<Void, Never>) {
        beginClose()
        wait(for: continuation)
        finishClosing()
    }

    /// Remembers somebody who waits until all is closed.
    func wait(for continuation: CheckedContinuation<Void, Never>) {
        closeWaiters.append(continuation)
    }

    func finishClosing() {
        forgetRetiredPools()
        guard isClosed, timer == nil, pools.allSatisfy(\.isEmpty), retiredPools.isEmpty else {
            return
        }
        for pool in pools { telemetry.ended(pool, now: now) }
        healthBoard.close()
        let waiters = closeWaiters
        closeWaiters = []
        for continuation in waiters { continuation.resume() }
        selfWhileClosing = nil
    }
}

/// What of a configuration concerns all engines alike.
struct DispatchSettings: Sendable {
    let retries: Int
    let phaseTimeouts: PhaseTimeouts
    let stallTimeout: Int64
    let totalTimeout: Int64
    let rejectsWhenUnhealthy: Bool
    let healthCheck: HealthCheck?

    init(_ configuration: EngineConfiguration) {
        retries = max(0, configuration.retries)
        phaseTimeouts = configuration.phaseTimeouts
        stallTimeout = configuration.stallTimeout.clampedNanoseconds
        totalTimeout = configuration.totalTimeout.clampedNanoseconds
        rejectsWhenUnhealthy = configuration.rejectsWhenUnhealthy
        healthCheck = configuration.healthCheck
    }
}
