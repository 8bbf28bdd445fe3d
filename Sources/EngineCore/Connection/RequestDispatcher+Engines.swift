// Which engine a request goes to, and engines that come and go.
extension RequestDispatcher {
    /// Gives a request to an engine that is fit to take it.
    func place(_ request: PendingRequest, now: MonotonicTime) {
        guard let pool = choose(for: request, avoiding: nil, now: now) else {
            return finish(request, unhealthy(request))
        }
        pool.enqueue(request, now: now)
    }

    /// Gives a request that failed on its way to another engine if one is fit, or to the same.
    func placeAgain(_ request: PendingRequest, isFresh: Bool, now: MonotonicTime) {
        let last = request.pool
        guard let pool = choose(for: request, avoiding: last, now: now) else {
            return finish(request, unhealthy(request))
        }
        if pool === last {
            enter(pool.queuePhase, request, now: now)
            pool.machine.retry(
                request.id, isFresh: isFresh, failures: request.attempts.count, now: now)
        } else {
            last?.leave(request)
            pool.enqueue(request, failures: request.attempts.count, now: now)
        }
    }

    /// Moves what waits for an engine that is not fit to others, if there are any.
    ///
    /// - Parameters:
    ///   - failures: Failures to connect that they have just met.
    ///   - isPermanent: Whether connecting there stays impossible, so that even an engine that is
    ///     backing off is the better choice.
    func relocateWaiters(
        of pool: ConnectionPool, failures: Int = 0, isPermanent: Bool = false, now: MonotonicTime
    ) {
        let isAnyFit = pools.contains { $0 !== pool && isFit($0, now: now) }
        guard pool.isRetired || isAnyFit || isPermanent && pools.count > 1 else { return }
        for request in pool.takeWaiters() {
            let choice =
                if request.target != nil {
                    pool
                } else if isPermanent, !isAnyFit {
                    reachable(for: request, avoiding: pool, now: now) ?? pool
                } else {
                    choose(for: request, avoiding: pool, now: now)
                }
            guard let choice, !(choice === pool && pool.isRetired) else {
                finish(request, unhealthy(request))
                continue
            }
            let failures = choice === pool ? 0 : failures
            choice.enqueue(request, failures: request.connectFailures + failures, now: now)
        }
    }

    private func isFit(_ pool: ConnectionPool, now: MonotonicTime) -> Bool {
        pool.health.isUsable(now: now) && !pool.machine.isBackingOff(now: now)
    }

    private func choose(
        for request: PendingRequest, avoiding last: ConnectionPool?, now: MonotonicTime
    ) -> ConnectionPool? {
        if let target = request.target { return target }
        if pools.count == 1, pools[0].health.isUsable(now: now) { return pools[0] }
        if let pool = trial(for: request, avoiding: last, now: now) { return pool }
        // The best there is: fit, or with patience, or where it failed before.
        let pool =
            choose(for: request) {
                $0 !== last && self.isFit($0, now: now) ? $0.health.weight(now: now) : 0
            }
            ?? choose(for: request) { $0 !== last ? $0.health.weight(now: now) : 0 }
            ?? choose(for: request) { $0.health.weight(now: now) }
        if let pool { return pool }
        // With nobody left that is known to be well, somebody may be all the same.
        return settings.rejectsWhenUnhealthy
            ? nil
            : choose(for: request) { $0 !== last ? 1 : 0 } ?? choose(for: request) { _ in 1 }
    }

    /// An engine that a wait may bring back.
    private func reachable(
        for request: PendingRequest, avoiding last: ConnectionPool, now: MonotonicTime
    ) -> ConnectionPool? {
        let isCandidate = { (pool: ConnectionPool) in
            pool !== last && !pool.machine.isConnectFailurePermanent
        }
        let pool = choose(for: request) { isCandidate($0) ? $0.health.weight(now: now) : 0 }
        if pool != nil || settings.rejectsWhenUnhealthy { return pool }
        return choose(for: request) { isCandidate($0) ? 1 : 0 }
    }

    /// An engine that is to be tried again with this request.
    private func trial(
        for request: PendingRequest, avoiding last: ConnectionPool?, now: MonotonicTime
    ) -> ConnectionPool? {
        // One that may not be repeated is not put at risk while there is another way.
        guard request.submission.request.isSafeToRepeat || pools.count == 1 else { return nil }
        for pool in pools where pool !== last && pool.health.wantsTrial(now: now) {
            if let key = request.submission.request.routingKey, choose(by: key, { _ in 1 }) !== pool
            {
                continue
            }
            if pool.health.admitTrial(now: now) {
                request.trialSince = now
                publishHealth()
                return pool
            }
        }
        return nil
    }

    private func choose(
        for request: PendingRequest, weight: (ConnectionPool) -> Double
    ) -> ConnectionPool? {
        if let key = request.submission.request.routingKey { return choose(by: key, weight) }
        candidates.removeAll(keepingCapacity: true)
        for pool in pools {
            candidates.append(
                LoadBalancer.Candidate(
                    endpoint: pool.number, outstanding: pool.outstanding, weight: weight(pool)))
        }
        return balancer.choose(among: candidates.span).map { pools[$0] }
    }

    private func choose(
        by key: String, _ weight: (ConnectionPool) -> Double
    ) -> ConnectionPool? {
        RendezvousHash.choose(key: RendezvousHash.hash(key), among: nameHashes.span) { index in
            weight(pools[index]) > 0
        }.map { pools[$0] }
    }

    private func unhealthy(_ request: PendingRequest) -> EngineError {
        EngineError.unhealthy.after(request.attempts + request.connectAttempts)
    }

    // MARK: Engines that come and go

    func forgetRetiredPools() {
        for pool in retiredPools where pool.isEmpty {
            pastStatistics += pool.machine.statistics
            telemetry.ended(pool, now: now)
        }
        retiredPools.removeAll(where: \.isEmpty)
    }

    /// Goes on under another configuration. Requests that wait for an engine which it does not
    /// name go to others; what is on its way there ends there.
    func reconfigure(_ configuration: EngineConfiguration, paths: [SocketPath]) {
        let now = now
        apply(configuration)
        var removed = pools
        let kept = paths.map { path in
            if let index = removed.firstIndex(where: { $0.path == path }) {
                let pool = removed.remove(at: index)
                pool.reconfigure(configuration, now: now)
                return pool
            }
            return pool(for: path, configuration)
        }
        use(kept)
        retiredPools += removed
        for pool in removed {
            pool.retire(now: now)
        }
        restartLookups(for: configuration.expectedPeer?.userName, now: now)
        forgetRetiredPools()
        publishHealth()
        telemetry.log.reconfigured(pools)
        for pool in pools { pool.scheduleCheck(now: now) }
        armTimer()
    }
}
