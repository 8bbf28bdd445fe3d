internal import EngineRuntime
internal import EngineSansIO

// The health of the engines, and checks that ask for it.
extension Client {
    func publishHealth() {
        let now = now
        for endpoint in endpoints.current {
            let state = endpoint.health.state(now: now)
            let report = endpoint.health.report(state, path: endpoint.path)
            if let time = endpoint.telemetry.observe(
                state, lastFailure: report.lastFailure, now: now)
            {
                clock.arm(at: time)
            }
        }
        healthBoard.publish(
            EngineHealth(
                endpoints: endpoints.current.map {
                    $0.health.report($0.health.state(now: now), path: $0.path)
                }))
    }

    /// Starts the regular checks, where they are configured.
    func startChecks() {
        // A new timer calls again.
        guard settings.healthCheck != nil, !isClosed, startClock() == nil else { return }
        let now = now
        for endpoint in endpoints.current { endpoint.scheduleCheck(settings.healthCheck, now: now) }
    }

    func probe(_ endpoint: EndpointList.Member, _ check: HealthCheck, now: MonotonicTime) {
        var request = check.request
        // Each failure is to be reported.
        request.repeatability = .never
        let exchange = Exchange(
            request, kind: .probe, timeout: check.timeout.clampedNanoseconds, totalTimeout: .max,
            startedAt: now, target: endpoint.number)
        exchange.setCaller(
            .callback { [unowned self] result in
                endpoint.ended(
                    check, result, isWanted: settings.healthCheck != nil, now: self.now)
            })
        exchange.trialSince = endpoint.health.admitTrial(now: now) ? now : nil
        endpoint.isChecking = true
        submit(exchange, now: now)
    }
}
