internal import EngineRuntime
internal import EngineSansIO

/// What the way of an exchange says of its engine.
enum HealthSignal {
    case cannotConnect(any Error)
    case answered(status: Int)
    /// - Parameter isSilent: Whether no response arrived since the exchange was sent.
    case failed(ExchangeFailure, isSilent: Bool)
}

// The endpoint's health, and checks that ask for it.
extension Endpoint {
    func note(_ signal: HealthSignal, by exchange: Exchange?, now: MonotonicTime) {
        if case .answered(let status) = signal, health.isSettled, !status.isGatewayFailure {
            return
        }
        let before = health.state(now: now)
        switch signal {
        case .answered(let status) where status.isGatewayFailure:
            health.failed("HTTP status \(status)", sentAt: exchange?.sentAt, now: now)
        case .answered:
            health.succeeded(sentAt: exchange?.sentAt ?? now, now: now)
        case .cannotConnect(let error):
            // That this process has no descriptor left says nothing of the engine.
            guard error as? LibUVError != .tooManyOpenFiles else { return }
            health.failed("\(error)", now: now)
        case .failed(let failure, let isSilent):
            guard let reason = failure.healthReason(isSilent: isSilent) else { return }
            health.failed(reason, sentAt: exchange?.sentAt, now: now)
        }
        exchange?.trialSince = nil
        // The answer to a check is still to be judged.
        if case .answered = signal, exchange?.kind == .probe { return }
        if health.state(now: now) != before { delegate.healthChanged(of: number, now: now) }
    }

    /// Starts a trial or a check that is due.
    func wakeHealth(now: MonotonicTime) {
        if let trial = health.nextTrial, trial <= now {
            nextCheck = min(nextCheck, now)
            _ = health.wantsTrial(now: now)
            delegate.publishHealth()
        }
        guard nextCheck <= now else { return }
        nextCheck = .distantFuture
        guard !isRetired, !isChecking else { return }
        delegate.check(number, now: now)
    }

    /// Starts or stops the regular checks, as the configuration has it.
    func scheduleCheck(_ check: HealthCheck?, now: MonotonicTime) {
        if check == nil {
            nextCheck = .distantFuture
        } else if !isChecking {
            nextCheck = min(nextCheck, now)
        }
        rearm()
    }

    /// Judges the result of a check, and schedules the next one.
    func ended(
        _ check: HealthCheck, _ result: Result<EngineResponse, EngineError>, isWanted: Bool,
        now: MonotonicTime
    ) {
        isChecking = false
        nextCheck =
            isWanted
            ? now.advanced(by: max(1_000_000, check.interval.clampedNanoseconds)) : .distantFuture
        if case .success(let response) = result {
            health.answeredCheck(isReady: check.isReady(response))
            delegate.healthChanged(of: number, now: now)
        }
        rearm()
    }
}

extension Int {
    /// Whether a gateway reports that its backend did not answer (RFC 9110 sections 15.6.3 to 15.6.5).
    fileprivate var isGatewayFailure: Bool { (502...504).contains(self) }
}

extension ExchangeFailure {
    /// Why the failure counts against the engine; nil when it does not.
    ///
    /// - Parameter isSilent: Whether no response arrived since the exchange was sent.
    fileprivate func healthReason(isSilent: Bool) -> String? {
        switch cause {
        case .lost(let error):
            // A connection that had been idle may be closed by the engine at any time.
            progress?.isReusedConnection == true && progress?.bytesReceived == 0
                ? nil : "connection lost: \(error)"
        case .malformed(let error): "malformed response: \(error)"
        case .expired: isSilent ? "no answer" : nil
        case .bodyFailed, .cancelled, .closed: nil
        }
    }
}
