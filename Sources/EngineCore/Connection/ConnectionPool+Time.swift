// Deadlines of requests, and the one timer for all that waits for time to pass.
extension ConnectionPool {
    var queuePhase: RequestPhase { machine.openCount > 0 ? .waiting : .connecting }

    func enter(_ phase: RequestPhase, _ request: PendingRequest, now: MonotonicTime) {
        request.phase = phase
        if limitsPhases {
            request.phaseDeadline =
                phaseTimeouts.nanoseconds(phase).map(now.advanced(by:)) ?? .distantFuture
        }
        if request.isStream, phase.isOnConnection {
            request.deadline = now.advanced(by: request.submission.timeout)
            let connection = request.connection.flatMap { connections[$0.index] }
            request.bytesSentBefore = connection?.bytesSent ?? 0
        }
        setDeadline(of: request)
    }

    private func setDeadline(of request: PendingRequest) {
        let deadline = min(request.deadline, request.phaseDeadline)
        if deadline == .distantFuture {
            deadlines.remove(request.place)
        } else {
            deadlines.set(deadline, for: request.place)
        }
    }

    func progressed(_ connection: ConnectionID, to phase: RequestPhase) {
        guard let request = connections[connection.index]?.request else { return }
        enter(phase, request, now: now)
        armTimer()
    }

    /// The request's caller has the next move, and all the time.
    func waitsForCaller(_ connection: ConnectionID) {
        guard let request = connections[connection.index]?.request else { return }
        request.phaseDeadline = .distantFuture
        if request.isStream { request.deadline = .distantFuture }
        setDeadline(of: request)
    }

    private func expire(_ request: PendingRequest, now: MonotonicTime) {
        let isTotal = request.deadline <= now
        if isTotal, request.isStream, let connection = request.connection,
            let sent = connections[connection.index]?.bytesSent, sent > request.bytesSentBefore
        {
            // Part of a large write went out meanwhile.
            return enter(request.phase, request, now: now)
        }
        if !isTotal, request.phase == .connecting, queuePhase == .waiting {
            // A connection came about meanwhile: from here on the queue's deadline counts.
            return enter(.waiting, request, now: now)
        }
        abandon(request.id, .expired(isTotal: isTotal))
    }

    /// What a request in the queue is taken to be doing when it ends.
    func waitingPhase(
        of request: PendingRequest, _ cause: ClientConnection.Failure.Cause
    ) -> RequestPhase {
        // The deadline that passed is that of the phase in which it was set.
        if case .expired(isTotal: false) = cause { request.phase } else { queuePhase }
    }

    // Those who waited for a connection to come free now wait for there to be one.
    func noteLossOfConnections() {
        let phase = queuePhase
        defer { lastQueuePhase = phase }
        guard phase == .connecting, lastQueuePhase == .waiting else { return }
        let now = now
        for request in requests.all where request.connection == nil {
            enter(.connecting, request, now: now)
        }
    }

    // MARK: The timer

    // The timer is moved only when something earlier comes up; what has gone by then costs one
    // early wake-up instead of a timer operation per request.
    func armTimer() {
        guard !isClosed else { return }
        let earliest = min(
            machine.nextWakeUp ?? .distantFuture, deadlines.earliest ?? .distantFuture)
        guard earliest < timerDue else { return }
        timerDue = earliest
        timer?.arm(afterNanoseconds: earliest.nanoseconds(since: now))
    }

    func startTimer() -> LibUVError? {
        guard timer == nil else { return nil }
        do throws(LibUVError) {
            timer = try LoopTimer(
                on: loop,
                onClose: { self.timerClosed() }, action: { self.timerFired() })
            return nil
        } catch {
            return error
        }
    }

    private func timerFired() {
        timerDue = .distantFuture
        let now = now
        while let place = deadlines.popExpired(now: now) {
            if let request = requests[place: place] { expire(request, now: now) }
        }
        machine.wake(now: now)
        perform()
    }
}
