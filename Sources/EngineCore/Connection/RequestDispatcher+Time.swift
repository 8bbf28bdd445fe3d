// Deadlines of requests, and the one timer for all that waits for time to pass.
extension RequestDispatcher {
    func enter(_ phase: RequestPhase, _ request: PendingRequest, now: MonotonicTime) {
        if request.isStream { limitStream(request, in: phase, now: now) }
        request.phase = phase
        if limitsPhases {
            request.phaseDeadline =
                settings.phaseTimeouts.nanoseconds(phase).map(now.advanced(by:)) ?? .distantFuture
        }
        setDeadline(of: request)
    }

    // Before the head only an engine that takes more of the request's body gets more time: with
    // bytes of a response, a head that comes byte by byte would have no limit.
    private func limitStream(
        _ request: PendingRequest, in phase: RequestPhase, now: MonotonicTime
    ) {
        guard phase.isOnConnection, let client = request.client else {
            request.isBeingWritten = false
            return
        }
        let hasSentMore = request.isBeingWritten && client.bytesSent > request.bytesSentBefore
        request.isBeingWritten = !client.isWritten
        request.bytesSentBefore = client.bytesSent
        if request.channel != nil {
            request.limit(by: stallTimeout(of: request), now: now)
        } else if hasSentMore {
            request.limit(by: request.submission.timeout, now: now)
        } else {
            request.resumeClock(now: now)
        }
    }

    private func stallTimeout(of request: PendingRequest) -> Int64 {
        request.submission.request.stallTimeout?.clampedNanoseconds ?? settings.stallTimeout
    }

    /// The limit in words, with its value.
    func text(_ limit: RequestLimit, of request: PendingRequest) -> String {
        let nanoseconds: Int64? =
            switch limit {
            case .timeout, .healthCheckTimeout: request.submission.timeout
            case .stallTimeout: stallTimeout(of: request)
            case .totalTimeout: request.totalDeadline.nanoseconds(since: request.startedAt)
            case .phase(let phase): settings.phaseTimeouts.nanoseconds(phase)
            }
        return limit.text(nanoseconds: nanoseconds)
    }

    private func setDeadline(of request: PendingRequest) {
        let deadline = min(request.deadline, request.phaseDeadline)
        if deadline == .distantFuture {
            deadlines.remove(request.place)
        } else {
            deadlines.set(deadline, for: request.place)
            arm(at: deadline)
        }
    }

    func progressed(_ request: PendingRequest, to phase: RequestPhase) {
        enter(phase, request, now: now)
    }

    /// The request's caller has the next move, and all the time but `totalTimeout`.
    func waitsForCaller(_ request: PendingRequest, in phase: RequestPhase) {
        let now = now
        enter(phase, request, now: now)
        request.phaseDeadline = .distantFuture
        if request.isStream { request.stopClock(now: now) }
        setDeadline(of: request)
    }

    // Up to version 1.44 libuv runs timers before it reads sockets. After a delay of the loop's own,
    // responses that came in time must be read before their deadlines are looked at.
    private func expireAfterReading() {
        guard !expiresAfterReading else { return }
        expiresAfterReading = true
        let dispatcher = bound
        loop.submitLast { dispatcher.object.expireDue() }
    }

    private func expireDue() {
        expiresAfterReading = false
        let now = now
        while let place = deadlines.popExpired(now: now) {
            if let request = requests[place: place] { expire(request, now: now) }
        }
        if let drain, drain.deadline <= now { return beginClose() }
        armTimer()
    }

    private func expire(_ request: PendingRequest, now: MonotonicTime) {
        let limit = request.passedLimit(now: now)
        switch limit {
        case .timeout, .stallTimeout:
            if request.isStream, let sent = request.client?.bytesSent,
                sent > request.bytesSentBefore
            {
                // Part of a large write went out meanwhile.
                return enter(request.phase, request, now: now)
            }
        case .phase(.connecting):
            if queuePhase(of: request) == .waiting {
                // A connection came about meanwhile: from here on the queue's limit counts.
                return enter(.waiting, request, now: now)
            }
        case .phase, .totalTimeout, .healthCheckTimeout: break
        }
        abandon(request.id, .expired(limit))
    }

    private func queuePhase(of request: PendingRequest) -> RequestPhase {
        request.pool?.queuePhase ?? .connecting
    }

    /// What a request in the queue is taken to be doing when it ends.
    func waitingPhase(
        of request: PendingRequest, _ cause: ClientConnection.Failure.Cause
    ) -> RequestPhase {
        if request.phase.isParked { return request.phase }
        // The limit that passed is that of the phase in which it was set.
        return if case .expired(.phase(let phase)) = cause { phase } else {
            queuePhase(of: request)
        }
    }

    // MARK: The timer

    // The timer is moved only when something earlier comes up; what has gone by then costs one
    // early wake-up instead of a timer operation per request.
    func armTimer() {
        var earliest = min(nextExpiry, telemetry.nextPublication)
        for pool in pools { earliest = min(earliest, pool.nextWakeUp) }
        for pool in retiredPools { earliest = min(earliest, pool.nextWakeUp) }
        arm(at: earliest)
    }

    private var nextExpiry: MonotonicTime {
        if expiresAfterReading { return .distantFuture }
        return min(deadlines.earliest ?? .distantFuture, drain?.deadline ?? .distantFuture)
    }

    func arm(at time: MonotonicTime) {
        guard !isClosed, time < timerDue, let timer else { return }
        timerDue = time
        timer.arm(afterNanoseconds: time.nanoseconds(since: now))
    }

    func startTimer() -> LibUVError? {
        guard timer == nil else { return nil }
        do throws(LibUVError) {
            timer = try LoopTimer(
                on: loop,
                onClose: { self.timerClosed() }, action: { self.timerFired() })
            startChecks()
            return nil
        } catch {
            return error
        }
    }

    private func timerFired() {
        timerDue = .distantFuture
        let now = now
        if nextExpiry <= now { expireAfterReading() }
        for pool in pools { pool.wake(now: now) }
        for pool in retiredPools { pool.wake(now: now) }
        if telemetry.nextPublication <= now { telemetry.publish(pools + retiredPools, now: now) }
        armTimer()
    }
}
