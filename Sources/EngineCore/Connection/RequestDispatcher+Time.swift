// Deadlines of requests, and the one timer for all that waits for time to pass.
extension RequestDispatcher {
    func enter(_ phase: RequestPhase, _ request: PendingRequest, now: MonotonicTime) {
        request.phase = phase
        if limitsPhases {
            request.phaseDeadline =
                settings.phaseTimeouts.nanoseconds(phase).map(now.advanced(by:)) ?? .distantFuture
        }
        if request.isStream, phase.isOnConnection {
            request.deadline = now.advanced(by: request.submission.timeout)
            request.bytesSentBefore = request.client?.bytesSent ?? 0
        }
        setDeadline(of: request)
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

    /// The request's caller has the next move, and all the time.
    func waitsForCaller(_ request: PendingRequest) {
        request.phaseDeadline = .distantFuture
        if request.isStream { request.deadline = .distantFuture }
        setDeadline(of: request)
    }

    // Timers come before sockets in a turn of the loop: after a delay of the loop's own, what was
    // answered in time must be read before anybody is told that it was not.
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
        let isTotal = request.deadline <= now
        if isTotal, request.isStream, let sent = request.client?.bytesSent,
            sent > request.bytesSentBefore
        {
            // Part of a large write went out meanwhile.
            return enter(request.phase, request, now: now)
        }
        if !isTotal, request.phase == .connecting, queuePhase(of: request) == .waiting {
            // A connection came about meanwhile: from here on the queue's deadline counts.
            return enter(.waiting, request, now: now)
        }
        abandon(request.id, .expired(isTotal: isTotal))
    }

    private func queuePhase(of request: PendingRequest) -> RequestPhase {
        request.pool?.queuePhase ?? .connecting
    }

    /// What a request in the queue is taken to be doing when it ends.
    func waitingPhase(
        of request: PendingRequest, _ cause: ClientConnection.Failure.Cause
    ) -> RequestPhase {
        // The deadline that passed is that of the phase in which it was set.
        if case .expired(isTotal: false) = cause { request.phase } else { queuePhase(of: request) }
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
