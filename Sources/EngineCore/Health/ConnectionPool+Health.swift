// What the ways of requests say of the engine, and checks that ask it.
extension ConnectionPool {
    enum HealthSignal {
        case cannotConnect(any Error)
        case answered(status: Int)
        /// - Parameter isSilent: Whether nobody got an answer since the request was sent.
        case failed(ClientConnection.Failure, isSilent: Bool)
    }

    func note(_ signal: HealthSignal, by request: PendingRequest?, now: MonotonicTime) {
        if case .answered(let status) = signal, health.isSettled, !status.isGatewayFailure {
            return
        }
        let before = health.state(now: now)
        switch signal {
        case .answered(let status) where status.isGatewayFailure:
            health.failed("HTTP status \(status)", sentAt: request?.sentAt, now: now)
        case .answered:
            health.succeeded(sentAt: request?.sentAt ?? now, now: now)
        case .cannotConnect(let error):
            // That this process has no descriptor left says nothing of the engine.
            guard error as? LibUVError != .tooManyOpenFiles else { return }
            health.failed("\(error)", now: now)
        case .failed(let failure, let isSilent):
            guard let reason = failure.speaksOfEngine(isSilent: isSilent) else { return }
            health.failed(reason, sentAt: request?.sentAt, now: now)
        }
        request?.trialSince = nil
        // What a check's answer says is still to be read.
        if case .answered = signal, request?.target != nil { return }
        if health.state(now: now) != before { dispatcher.healthChanged(of: self, now: now) }
    }

    /// When something is due here.
    var nextWakeUp: MonotonicTime {
        let next = min(machine.nextWakeUp ?? .distantFuture, health.nextTrial ?? .distantFuture)
        return isRetired ? next : min(next, nextCheck)
    }

    /// Does what has come due.
    func wake(now: MonotonicTime) {
        machine.wake(now: now)
        if let trial = health.nextTrial, trial <= now {
            nextCheck = min(nextCheck, now)
            _ = health.wantsTrial(now: now)
            dispatcher.publishHealth()
        }
        if nextCheck <= now { check(now: now) }
        perform()
    }

    // MARK: Checks

    /// Starts to ask the engine from time to time, or ends it, as the configuration has it.
    func scheduleCheck(now: MonotonicTime) {
        if dispatcher.settings.healthCheck == nil {
            nextCheck = .distantFuture
        } else if !isChecking {
            nextCheck = min(nextCheck, now)
        }
    }

    private func check(now: MonotonicTime) {
        nextCheck = .distantFuture
        guard let check = dispatcher.settings.healthCheck, !isRetired, !isChecking else { return }
        isChecking = true
        dispatcher.probe(self, with: check, now: now) { [self] result in
            isChecking = false
            let now = self.now
            nextCheck = now.advanced(by: max(1_000_000, check.interval.clampedNanoseconds))
            if case .success(let response) = result {
                health.answeredCheck(isReady: check.isReady(response))
                dispatcher.healthChanged(of: self, now: now)
            }
            if dispatcher.settings.healthCheck == nil { nextCheck = .distantFuture }
            dispatcher.arm(at: nextWakeUp)
        }
    }
}

extension Int {
    /// Whether a status says that there was nobody to answer (RFC 9110 sections 15.6.3 to 15.6.5).
    fileprivate var isGatewayFailure: Bool { (502...504).contains(self) }
}

extension ClientConnection.Failure {
    /// What the failure says of the engine; nil when it says nothing.
    ///
    /// - Parameter isSilent: Whether nobody got an answer since the request was sent.
    fileprivate func speaksOfEngine(isSilent: Bool) -> String? {
        switch cause {
        case .lost(let error):
            // A connection that had been idle may be closed by anybody at any time.
            progress?.isReusedConnection == true && progress?.bytesReceived == 0
                ? nil : "connection lost: \(error)"
        case .malformed(let error): "malformed response: \(error)"
        case .expired: isSilent ? "no answer" : nil
        case .bodyFailed, .cancelled, .closed: nil
        }
    }
}
