internal import EngineRuntime
internal import EngineSansIO

/// Implements an ``Engine``: owns its endpoints, and every exchange from its submission to its end;
/// lives on the loop's thread.
final class Client {
    let loop: EngineLoop
    let telemetry: ClientTelemetry
    let healthBoard: HealthBoard
    private(set) var settings: ClientSettings

    let endpoints: EndpointList
    let clock: ClientClock

    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    private var heads: RequestHeads
    private var spareExchanges: [Exchange] = []
    private let outerSpareExchanges: SpareExchanges
    /// Exchanges of callers that have not ended.
    private var activeCount = 0
    private var lastNumber: UInt64 = 0
    let preparation: Preparation
    /// Exchanges whose next try waits for the producer of their body to end.
    var awaitingProducer: [ObjectIdentifier: Exchange] = [:]

    var retryCounts: [RequestDelivery: Int] = [:]
    /// The number of the call that has set the configuration.
    var lastReconfiguration: UInt64 = 0

    private(set) var isClosed = false
    private var drain: Drain?
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []
    // Endpoints know it without holding it, and must not outlive it.
    private var selfWhileClosing: Client?

    init(
        loop: EngineLoop, paths: [SocketPath], configuration: EngineConfiguration,
        healthBoard: HealthBoard, spareExchanges: SpareExchanges, systemCalls: SystemCalls,
        seed: UInt64
    ) {
        outerSpareExchanges = spareExchanges
        self.loop = loop
        self.healthBoard = healthBoard
        telemetry = ClientTelemetry(configuration, loop: loop)
        settings = ClientSettings(configuration)
        heads = RequestHeads(limits: configuration.requestLimits)
        clock = ClientClock(on: loop)
        endpoints = EndpointList(
            configuration, on: LoopTransport(loop: loop), telemetry: telemetry, seed: seed)
        preparation = Preparation(
            loop, systemCalls, userName: configuration.expectedPeer?.userName)
        preparation.delegate = self
        endpoints.open(paths, configuration, reportingTo: self)
    }

    func endpoint(_ number: Int?) -> EndpointList.Member? { endpoints[number] }

    var now: MonotonicTime { .current }

    /// The client, for use from any thread.
    var bound: LoopBound<Client> { LoopBound(self, to: loop) }

    // MARK: Submission

    /// An exchange for a request whose caller is on the loop.
    func exchange(
        for request: EngineRequest, timeout: Int64, startedAt: MonotonicTime
    ) -> Exchange {
        guard let exchange = spareExchanges.popLast() else {
            return Exchange(
                request, kind: .response, timeout: timeout, totalTimeout: settings.totalTimeout,
                startedAt: startedAt, isFromLoop: true)
        }
        exchange.reuse(
            request, timeout: timeout, totalTimeout: settings.totalTimeout, startedAt: startedAt)
        return exchange
    }

    /// Keeps an exchange that has ended for the next request from where this one came.
    func keep(_ exchange: Exchange) {
        if !exchange.isFromLoop {
            if !outerSpareExchanges.keep(exchange) { clock.remove(exchange) }
        } else if spareExchanges.count < SpareExchanges.limit {
            spareExchanges.append(exchange)
        } else {
            clock.remove(exchange)
        }
    }

    /// Takes an exchange on its way; its caller is resumed at its end.
    func submit(_ exchange: Exchange, now: MonotonicTime) {
        telemetry.began(exchange)
        if exchange.isCancelled { return end(exchange, .cancelledEarly) }
        setUpload(of: exchange)
        let isReady = !preparation.isNeeded(for: exchange)
        if isReady, let error = encodingError(of: exchange) { return end(exchange, error) }
        if isClosed || drain != nil, let refusal = refusal(of: exchange) {
            return end(exchange, refusal)
        }
        if let error = startClock() { return end(exchange, .loopUnavailable(error)) }
        accept(exchange)
        if exchange.deadlines.earliest <= now {
            return abandon(exchange, .expired(exchange.deadlines.passedLimit(now: now)))
        }
        if isReady { place(exchange, now: now) } else { preparation.prepare(exchange, now: now) }
    }

    private func accept(_ exchange: Exchange) {
        lastNumber += 1
        exchange.number = lastNumber
        exchange.isAccepted = true
        if exchange.kind != .probe { activeCount += 1 }
        clock.update(exchange)
    }

    private func setUpload(of exchange: Exchange) {
        guard let feed = exchange.feed, case .produced(let producer) = exchange.request.body.content
        else { return }
        exchange.setUpload(upload(producer, of: exchange, feed))
    }

    func encodingError(of exchange: Exchange) -> EngineError? {
        do throws(RequestEncodingError) {
            try exchange.encode(with: &heads)
            return nil
        } catch {
            return .unencodable(error)
        }
    }

    /// Why a client that closes does not take an exchange; nil when it does.
    private func refusal(of exchange: Exchange) -> EngineError? {
        if isClosed { return .closed }
        // The health of the engines still matters to the exchanges that go on.
        return exchange.kind == .probe ? nil : .shuttingDown
    }

    // MARK: Placement

    func place(_ exchange: Exchange, now: MonotonicTime) {
        guard let endpoint = choose(for: exchange, avoiding: nil, now: now) else {
            return finish(exchange, unhealthy(exchange))
        }
        endpoint.submit(exchange, now: now)
    }

    /// Gives an exchange that failed to another endpoint if one is fit, or to the same.
    func placeAgain(_ exchange: Exchange, now: MonotonicTime) {
        let last = endpoint(exchange.endpoint)
        guard let next = choose(for: exchange, avoiding: last, now: now) else {
            return finish(exchange, unhealthy(exchange))
        }
        if next === last {
            next.retry(exchange, isFresh: exchange.hasFailedFresh, now: now)
        } else {
            last?.leave(exchange)
            next.submit(exchange, failures: exchange.attempts.count, now: now)
        }
    }

    func choose(
        for exchange: Exchange, avoiding last: EndpointList.Member?, now: MonotonicTime
    ) -> EndpointList.Member? {
        let choice = endpoints.choose(for: exchange, avoiding: last, now: now)
        if choice?.isTrial == true { publishHealth() }
        return choice?.endpoint
    }

    private func unhealthy(_ exchange: Exchange) -> EngineError {
        EngineError.unhealthy.after(exchange.attempts + exchange.connectAttempts)
    }

    /// Moves exchanges that wait for an endpoint which is not fit to others, if there are any.
    ///
    /// - Parameters:
    ///   - failures: Failures to connect that they have just met.
    ///   - isPermanent: Whether connecting there stays impossible, so that even an endpoint that is
    ///     backing off is the better choice.
    func relocateWaiters(
        of endpoint: EndpointList.Member, failures: Int = 0, isPermanent: Bool = false,
        now: MonotonicTime
    ) {
        let hasFit = endpoints.hasFit(beside: endpoint, now: now)
        guard endpoint.isRetired || hasFit || isPermanent && endpoints.current.count > 1 else {
            return
        }
        for (exchange, failed) in endpoint.takeWaiters() {
            let choice =
                if exchange.target != nil {
                    endpoint
                } else if isPermanent, !hasFit {
                    endpoints.chooseReachable(for: exchange, avoiding: endpoint, now: now)
                        ?? endpoint
                } else {
                    choose(for: exchange, avoiding: endpoint, now: now)
                }
            guard let choice, !(choice === endpoint && endpoint.isRetired) else {
                finish(exchange, unhealthy(exchange))
                continue
            }
            choice.submit(
                exchange, failures: failed + (choice === endpoint ? 0 : failures), now: now)
        }
    }

    // MARK: Bodies

    func upload(
        _ producer: BodyProducer, of exchange: Exchange, _ feed: UploadFeed
    ) -> Upload {
        let (bound, boundExchange) = (bound, LoopBound(exchange, to: loop))
        return Upload(producer, feed: feed) { step, pass in
            await bound.offer(step, of: boundExchange, in: pass)
        } passEnded: {
            bound.run { $0.passEnded(of: boundExchange.object) }
        }
    }

    /// Brings a step of a producer to the connection that carries the exchange.
    func offer(
        _ step: Upload.Step, of exchange: Exchange, in pass: Int, _ resume: Resumption<Bool>
    ) {
        guard exchange.isAccepted, let upload = exchange.upload else { return resume(false) }
        guard upload.accept(step, in: pass, resume) else { return }
        endpoint(exchange.endpoint)?.connection(of: exchange)?.continueUpload()
    }

    func passEnded(of exchange: Exchange) {
        guard awaitingProducer.removeValue(forKey: ObjectIdentifier(exchange)) != nil else {
            return
        }
        placeAgain(exchange, now: now)
    }

    func resumeReading(_ exchange: Exchange) {
        endpoint(exchange.endpoint)?.connection(of: exchange)?.resumeReading()
    }

    // MARK: The end of an exchange

    /// Ends an exchange before its time.
    func abandon(_ exchange: Exchange, use: UInt64, _ cause: ExchangeFailure.Cause) {
        if exchange.use == use { abandon(exchange, cause) }
    }

    func abandon(_ exchange: Exchange, _ cause: ExchangeFailure.Cause) {
        guard exchange.isAccepted else { return }
        let endpoint = endpoint(exchange.endpoint)
        if let endpoint, endpoint.abandon(exchange, cause) { return }
        let failure = ExchangeFailure(
            cause: cause, delivery: .neverSent, phase: waitingPhase(of: exchange, cause))
        finish(exchange, error(failure, exchange), in: failure.phase)
    }

    /// What an exchange without a connection is taken to be doing when it ends.
    private func waitingPhase(
        of exchange: Exchange, _ cause: ExchangeFailure.Cause
    ) -> ExchangePhase {
        if exchange.phase.isParked { return exchange.phase }
        // The limit that passed is that of the phase in which it was set.
        if case .expired(.phase(let phase)) = cause { return phase }
        return endpoint(exchange.endpoint)?.queuePhase ?? .connecting
    }

    func error(_ failure: ExchangeFailure, _ exchange: Exchange) -> EngineError {
        failure.error(of: exchange, at: endpoint(exchange.endpoint), settings)
    }

    /// Ends an accepted exchange.
    func finish(
        _ exchange: Exchange, _ error: EngineError, in phase: ExchangePhase? = nil
    ) {
        let endpoint = endpoint(exchange.endpoint)
        telemetry.failed(
            exchange, error, in: phase ?? exchange.phase, at: endpoint?.telemetry, now: now)
        endpoint?.leave(exchange)
        forget(exchange)
        exchange.end(.failure(error))
    }

    /// Ends an exchange that was not accepted.
    private func end(_ exchange: Exchange, _ error: EngineError) {
        telemetry.failed(exchange, error, in: exchange.phase, at: nil, now: now)
        exchange.end(.failure(error))
    }

    func forget(_ exchange: Exchange, isKept: Bool = false) {
        guard exchange.isAccepted else { return }
        exchange.isAccepted = false
        if !isKept { clock.remove(exchange) }
        if exchange.phase.isParked {
            preparation.leave(exchange)
            awaitingProducer.removeValue(forKey: ObjectIdentifier(exchange))
        }
        guard exchange.kind != .probe else { return }
        activeCount -= 1
        guard drain?.ended() == true else { return }
        // Its connection is still at work on its end.
        loop.submitLast { [bound] in bound.object.beginClose() }
    }

    // MARK: Time

    func startClock() -> LibUVError? {
        if clock.isRunning { return nil }
        do throws(LibUVError) {
            try clock.start(self)
            startChecks()
            // Deadlines that were set before the timer existed.
            clock.arm(at: telemetry.nextPublication)
            for endpoint in endpoints.current { endpoint.rearm() }
            return nil
        } catch {
            return error
        }
    }

    /// Wakes the endpoints and publishes metrics, where they are due.
    func wake(now: MonotonicTime) {
        for endpoint in endpoints.all { endpoint.wake(now: now) }
        if telemetry.nextPublication <= now {
            telemetry.publish(now: now)
            for endpoint in endpoints.all { endpoint.publish(now: now) }
        }
        clock.arm(at: telemetry.nextPublication)
    }

    /// Ends an exchange whose deadline has come, unless it made progress meanwhile.
    func expire(_ exchange: Exchange, now: MonotonicTime) {
        let limit = exchange.deadlines.passedLimit(now: now)
        let endpoint = endpoint(exchange.endpoint)
        switch limit {
        case .timeout, .stallTimeout:
            if let progress = endpoint?.connection(of: exchange)?.progress,
                exchange.deadlines.hasProgressed(to: progress.bytesSent)
            {
                exchange.enter(exchange.phase, progress, settings, now: now)
                return clock.update(exchange)
            }
        case .phase(.connecting):
            if endpoint?.queuePhase == .waiting {
                // A connection came about meanwhile: from here on the queue's limit counts.
                return entered(.waiting, exchange, now: now)
            }
        case .phase, .totalTimeout, .healthCheckTimeout: break
        }
        abandon(exchange, .expired(limit))
    }

    // MARK: Changing

    /// Adopts another configuration. Exchanges that wait for an endpoint which it does not name go
    /// to others; those on their way there end there.
    func reconfigure(_ configuration: EngineConfiguration, paths: [SocketPath]) {
        let now = now
        settings = ClientSettings(configuration)
        // Heads that were checked under other limits are not used again.
        heads = RequestHeads(limits: configuration.requestLimits)
        telemetry.log.repeatInterval = configuration.logRepeatInterval.clampedNanoseconds
        for endpoint in endpoints.reconfigure(
            configuration, paths, reportingTo: self, now: now)
        {
            relocateWaiters(of: endpoint, now: now)
            endpoint.retire(now: now)
        }
        preparation.restartLookups(for: configuration.expectedPeer?.userName, now: now)
        endpoints.dropEmpty(now: now)
        publishHealth()
        telemetry.log.reconfigured(endpoints.current.map(\.telemetry.address))
        for endpoint in endpoints.current { endpoint.scheduleCheck(settings.healthCheck, now: now) }
    }

    // MARK: Closing

    /// Takes no more exchanges, and closes when those that there are have ended.
    func drain(until deadline: MonotonicTime, then continuation: CheckedContinuation<Void, Never>) {
        var drain = drain ?? Drain(remaining: activeCount, deadline: deadline)
        drain.shorten(to: deadline)
        guard !drain.isOver(now: now), !isClosed else { return close(then: continuation) }
        self.drain = drain
        closeWaiters.append(continuation)
        clock.drainDeadline = drain.deadline
        clock.arm(at: drain.deadline)
    }

    func close(then continuation: CheckedContinuation<Void, Never>) {
        beginClose()
        closeWaiters.append(continuation)
        finishClosing()
    }

    func beginClose() {
        guard !isClosed else { return }
        isClosed = true
        spareExchanges = []
        outerSpareExchanges.close()
        selfWhileClosing = self
        for endpoint in endpoints.all { endpoint.beginClose() }
        for exchange in preparation.all + Array(awaitingProducer.values) {
            finish(exchange, EngineError.closed.after(exchange.attempts + exchange.connectAttempts))
        }
        clock.stop()
        finishClosing()
    }

    // Without a call to close, this reports that the loop was shut down.
    func timerClosed() {
        beginClose()
        finishClosing()
    }

    func finishClosing() {
        endpoints.dropEmpty(now: now)
        guard isClosed, !clock.isRunning, endpoints.isEmpty else { return }
        for endpoint in endpoints.current { endpoint.endTelemetry(now: now) }
        healthBoard.close()
        let waiters = closeWaiters
        closeWaiters = []
        for continuation in waiters { continuation.resume() }
        selfWhileClosing = nil
    }
}
