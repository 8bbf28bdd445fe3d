/// Keeps requests away from an endpoint that fails, and lets them return with care.
///
/// - Closed: failures in a row open it, a success starts the count anew. Failures in a row, as in
///   Envoy's outlier detection, and not a rate over a window, as in gRPC's and resilience4j's: a
///   rate needs a volume that a client of local engines may not have. Failures within
///   ``eventSpan`` of one that counted are one event, since a restart loses every request in
///   flight and is over soon: to open, an endpoint must have failed for a while.
/// - Open: nothing is admitted and no result counts, neither for nor against the endpoint: each is
///   of a request from before, and tells of a time that is known already.
/// - Half-open: one trial at a time. A failure opens it again, enough successes in a row close it.
///
/// The open interval doubles with each opening, and starts anew once the endpoint has stayed closed
/// for a whole slow start: one that answers trials and then fails at work stays away longer, too.
/// One that can't be reached is tried at the first interval's pace: to find it gone costs next to
/// nothing, and who comes back is another process.
///
/// A result whose request was admitted before the breaker turned half-open never counts, in no
/// later state either: after a recovery the time-outs of requests from before still come in. Give
/// the time of admission to make that known; a result without one is taken for a current one, while
/// half-open for the trial's. Whoever sends a trial owes its result, or ``released(admittedAt:now:)``.
///
/// Probes are no different: one that shall count asks ``admit(now:)`` first.
///
/// Contract: any order of events is accepted and times may repeat. Whoever sets ``policy`` or tells
/// of an event reads ``nextWakeUp`` again.
///
/// Source: Nygard, "Release It!", 2nd edition, 2018, chapter 5; Envoy, "Outlier detection".
package struct CircuitBreaker: Sendable {
    /// Failures this close to one that counted are the same event, in nanoseconds.
    package static let eventSpan: Int64 = 10_000_000
    /// The share that an endpoint returns with.
    package static let leastWeight = 0.1

    /// A change holds at once, also for an interval that runs.
    package var policy: HealthPolicy
    /// As of the last event; ``state(now:)`` knows of the time that has passed since.
    package private(set) var state = BreakerState.closed

    private var failures = 0
    private var lastCountedFailure: MonotonicTime?
    private var openings = 0
    private var openedAt = MonotonicTime(nanoseconds: .min)
    private var halfOpenAt = MonotonicTime(nanoseconds: .min)
    private var isTrialOut = false
    private var successes = 0
    // When it closed again; nil when it never opened.
    private var closedAt: MonotonicTime?

    package init(policy: HealthPolicy) {
        self.policy = policy
    }

    /// Whether a success changes nothing.
    package var isSettled: Bool { state == .closed && failures == 0 }

    /// The state now: an open breaker whose interval is over turns half-open.
    @discardableResult
    package mutating func state(now: MonotonicTime) -> BreakerState {
        if state == .open, now >= reopening {
            state = .halfOpen
            halfOpenAt = now
            isTrialOut = false
            successes = 0
        }
        return state
    }

    /// When an open breaker turns half-open; nil in other states.
    package var nextWakeUp: MonotonicTime? { state == .open ? reopening : nil }

    /// Whether one more request may go there. While half-open that makes it the trial.
    package mutating func admit(now: MonotonicTime) -> Bool {
        switch state(now: now) {
        case .closed: return true
        case .open: return false
        case .halfOpen:
            defer { isTrialOut = true }
            return !isTrialOut
        }
    }

    /// The share of requests, 0...1: more than 0 exactly when one would be admitted.
    package func weight(now: MonotonicTime) -> Double {
        switch state {
        case .closed: rampedWeight(now: now)
        case .open: now >= reopening ? Self.leastWeight : 0
        case .halfOpen: isTrialOut ? 0 : Self.leastWeight
        }
    }
}

// MARK: - Results

extension CircuitBreaker {
    /// An answer came, whatever its status: the endpoint is there. Of a long response its head.
    ///
    /// - Parameters:
    ///   - admittedAt: When the request was admitted, or later, when it was sent; never earlier.
    ///   - now: The time.
    package mutating func succeeded(admittedAt: MonotonicTime? = nil, now: MonotonicTime) {
        guard counts(admittedAt, now: now) else { return }
        failures = 0
        lastCountedFailure = nil
        guard state == .halfOpen else { return }
        isTrialOut = false
        successes += 1
        guard successes >= policy.trialSuccesses else { return }
        state = .closed
        closedAt = now
    }

    /// The endpoint could not be reached, was lost, or did not answer in time.
    ///
    /// - Parameters:
    ///   - admittedAt: When the request was admitted, or later, when it was sent; never earlier.
    ///   - isReachable: Whether there is a process that can be connected to.
    ///   - now: The time.
    package mutating func failed(
        admittedAt: MonotonicTime? = nil, isReachable: Bool = true, now: MonotonicTime
    ) {
        guard counts(admittedAt, now: now) else { return }
        guard state == .closed else { return open(isReachable: isReachable, now: now) }
        if let last = lastCountedFailure, now < last.advanced(by: Self.eventSpan) { return }
        lastCountedFailure = now
        failures += 1
        if failures >= policy.failureThreshold { open(isReachable: isReachable, now: now) }
    }

    /// A request that was admitted ended without telling anything: its caller let go of it.
    ///
    /// - Parameters:
    ///   - admittedAt: When the request was admitted, or later, when it was sent; never earlier.
    ///   - now: The time.
    package mutating func released(admittedAt: MonotonicTime? = nil, now: MonotonicTime) {
        guard counts(admittedAt, now: now) else { return }
        isTrialOut = false
    }

    private mutating func counts(_ admittedAt: MonotonicTime?, now: MonotonicTime) -> Bool {
        switch state(now: now) {
        case .open: false
        case .closed: admittedAt.map { $0 >= halfOpenAt } ?? true
        case .halfOpen: admittedAt.map { $0 >= halfOpenAt } ?? isTrialOut
        }
    }

    private mutating func open(isReachable: Bool, now: MonotonicTime) {
        if !isReachable || state == .closed && hasFullWeight(now: now) { openings = 0 }
        state = .open
        openings += 1
        openedAt = now
    }
}

// MARK: - Time

extension CircuitBreaker {
    private var reopening: MonotonicTime {
        let schedule = Backoff(base: policy.openInterval, maximum: policy.maximumOpenInterval)
        return openedAt.advanced(by: schedule.longestDelay(afterFailures: openings))
    }

    private func hasFullWeight(now: MonotonicTime) -> Bool {
        guard let closedAt else { return true }
        return now >= closedAt.advanced(by: policy.slowStart.clampedNanoseconds)
    }

    private func rampedWeight(now: MonotonicTime) -> Double {
        guard let closedAt, !hasFullWeight(now: now) else { return 1 }
        let elapsed = Double(max(0, now.nanoseconds(since: closedAt)))
        let part = elapsed / Double(policy.slowStart.clampedNanoseconds)
        return min(1, Self.leastWeight + (1 - Self.leastWeight) * part)
    }
}
