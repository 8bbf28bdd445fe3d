extension RequestDispatcher {
    /// An engine is fit again, or no longer.
    func healthChanged(of pool: ConnectionPool, now: MonotonicTime) {
        publishHealth()
        if !pool.health.isUsable(now: now) { relocateWaiters(of: pool, now: now) }
    }

    func publishHealth() {
        let now = now
        for pool in pools { telemetry.observe(pool, now: now) }
        healthBoard.publish(
            EngineHealth(
                endpoints: pools.map { $0.health.report($0.health.state(now: now), path: $0.path) })
        )
    }

    /// Starts to ask the engines how they are, where that is configured.
    func startChecks() {
        // A new timer calls again.
        guard settings.healthCheck != nil, !isClosed, startTimer() == nil else { return }
        let now = now
        for pool in pools { pool.scheduleCheck(now: now) }
        armTimer()
    }

    /// Sends a request of the client's own to one engine.
    func probe(
        _ pool: ConnectionPool, with check: HealthCheck, now: MonotonicTime,
        then tell: @escaping (Result<EngineResponse, EngineError>) -> Void
    ) {
        lastProbe -= 1
        let timeout = check.timeout.clampedNanoseconds
        var request = check.request
        // Each failure is to be heard of.
        request.repeatability = .never
        let submission = Submission(
            id: RequestID(lastProbe), request: request, body: request.body.bytes, feed: nil,
            timeout: timeout, startedAt: now, caller: .probe)
        accept(submission) { request in
            request.target = pool
            request.onProbeEnd = tell
            request.trialSince = pool.health.admitTrial(now: now) ? now : nil
        }
    }
}
