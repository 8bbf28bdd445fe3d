internal import EngineRuntime
internal import EngineSansIO

// MARK: - Endpoint ▶ Client

extension Client: EndpointDelegate {
    func completed(
        _ exchange: Exchange, _ response: consuming EngineResponse, at endpoint: EndpointTelemetry,
        now: MonotonicTime
    ) {
        telemetry.answered(exchange, response, at: endpoint, now: now)
        let isKept = !isClosed && exchange.isReusable
        forget(exchange, isKept: isKept)
        exchange.end(.success(response))
        if isKept { keep(exchange) }
    }

    func failed(_ exchange: Exchange, _ failure: ExchangeFailure, now: MonotonicTime) {
        guard case .lost(let cause) = failure.cause, !isClosed else {
            return finish(exchange, error(failure, exchange), in: failure.phase)
        }
        let decision = RetryDecision(
            after: failure.delivery, attempts: exchange.attempts.count, limit: settings.retries,
            repeatability: exchange.repeatability, isOver: exchange.deadlines.isOver(now: now))
        if decision == .fail {
            return finish(exchange, error(failure, exchange), in: failure.phase)
        }
        exchange.attempts.append(EngineError.Attempt(failure: cause, delivery: failure.delivery))
        if decision == .expire {
            let expired = ExchangeFailure(
                cause: .expired(exchange.deadlines.passedLimit(now: now)),
                delivery: failure.delivery, phase: failure.phase, progress: failure.progress)
            return finish(exchange, error(expired, exchange), in: failure.phase)
        }
        retryCounts[failure.delivery, default: 0] += 1
        telemetry.retried(
            exchange, failure, at: endpoint(exchange.endpoint)?.telemetry, now: now)
        exchange.upload?.stop()
        // The producer was stopped: the engine has the next move.
        exchange.resumeClock(now: now)
        exchange.hasFailedFresh = failure.progress?.isReusedConnection == false
        if exchange.upload?.isProducing == true {
            awaitingProducer[ObjectIdentifier(exchange)] = exchange
            entered(.awaitingProducer, exchange, now: now)
        } else {
            placeAgain(exchange, now: now)
        }
    }

    func rejected(_ exchange: Exchange, _ error: EngineError) { finish(exchange, error) }

    func ended(_ exchange: Exchange, _ cause: ExchangeFailure.Cause) { abandon(exchange, cause) }

    func connected(_ exchange: Exchange) {
        endpoint(exchange.endpoint)?.leave(exchange)
        forget(exchange)
        exchange.connected()
    }

    func received(_ head: ResponseHead, for exchange: Exchange) {
        let (bound, boundExchange) = (bound, LoopBound(exchange, to: loop))
        exchange.answer(
            head, BodyChannel { bound.run { $0.resumeReading(boundExchange.object) } })
    }

    func progressed(
        _ exchange: Exchange, _ phase: ExchangePhase, _ progress: ExchangeDeadlines.Progress?,
        isCallersTurn: Bool
    ) {
        let now = now
        if isCallersTurn {
            exchange.enterCallersTurn(phase, progress, settings, now: now)
        } else {
            exchange.enter(phase, progress, settings, now: now)
        }
        clock.update(exchange)
    }

    func lostConnections(of number: Int, isPermanent: Bool, now: MonotonicTime) {
        guard let endpoint = endpoint(number) else { return }
        relocateWaiters(of: endpoint, failures: 1, isPermanent: isPermanent, now: now)
    }

    func healthChanged(of number: Int, now: MonotonicTime) {
        publishHealth()
        guard let endpoint = endpoint(number), !endpoint.health.isUsable(now: now) else { return }
        relocateWaiters(of: endpoint, now: now)
    }

    func wake(at time: MonotonicTime) {
        if !isClosed { clock.arm(at: time) }
    }

    func check(_ number: Int, now: MonotonicTime) {
        guard let check = settings.healthCheck, let endpoint = endpoint(number) else { return }
        probe(endpoint, check, now: now)
    }

    func closedConnection() { finishClosing() }

    func loopEnded() { beginClose() }
}

// MARK: - Preparation ▶ Client

extension Client: PreparationDelegate {
    func entered(_ phase: ExchangePhase, _ exchange: Exchange, now: MonotonicTime) {
        exchange.enter(phase, nil, settings, now: now)
        clock.update(exchange)
    }

    func prepared(_ exchange: Exchange, now: MonotonicTime) {
        if let error = encodingError(of: exchange) { return finish(exchange, error) }
        place(exchange, now: now)
    }

    func lookedUp(_ id: UInt32, for exchange: Exchange) {
        forget(exchange)
        exchange.lookedUp(id)
    }

    func unprepared(_ exchange: Exchange, _ error: EngineError) { finish(exchange, error) }

    func expectPeer(userID: UInt32) {
        for endpoint in endpoints.current { endpoint.expectPeer(userID: userID) }
    }

    func setBody(of exchange: Exchange, _ file: ReadableFile) {
        guard let feed = exchange.feed else { return }
        exchange.setUpload(upload(BodyProducer(file, on: loop), of: exchange, feed))
    }
}

extension LoopBound<Client> {
    func offer(
        _ step: Upload.Step, of exchange: LoopBound<Exchange>, in pass: Int
    ) async -> Bool {
        await suspend { resume in
            run { $0.offer(step, of: exchange.object, in: pass, resume) }
        }
    }
}
