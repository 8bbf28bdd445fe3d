/// What is known of how one engine is; lives on the loop's thread.
struct EndpointHealth {
    private var breaker: CircuitBreaker
    private var isReady: Bool?
    private var hasAnswered = false
    private var lastFailure: String?

    init(_ configuration: EngineConfiguration) {
        breaker = CircuitBreaker(policy: configuration.health)
    }

    mutating func reconfigure(_ configuration: EngineConfiguration) {
        breaker.policy = configuration.health
        // Nobody would ask again.
        if configuration.healthCheck == nil { isReady = nil }
    }

    // MARK: What it is good for

    mutating func isUsable(now: MonotonicTime) -> Bool {
        isReady != false && breaker.state(now: now) == .closed
    }

    /// The share of an engine's usual load that it should have, 0 to 1.
    mutating func weight(now: MonotonicTime) -> Double {
        isUsable(now: now) ? breaker.weight(now: now) : 0
    }

    mutating func wantsTrial(now: MonotonicTime) -> Bool {
        isReady != false && breaker.state(now: now) == .halfOpen
    }

    /// Whether it is to be tried again, and no trial is under way.
    mutating func offersTrial(now: MonotonicTime) -> Bool {
        wantsTrial(now: now) && breaker.weight(now: now) > 0
    }

    mutating func admitTrial(now: MonotonicTime) -> Bool {
        wantsTrial(now: now) && breaker.admit(now: now)
    }

    /// When an engine that is left alone may be tried again.
    var nextTrial: MonotonicTime? { breaker.nextWakeUp }

    mutating func state(now: MonotonicTime) -> EngineHealth.EndpointState {
        switch breaker.state(now: now) {
        case .open: .broken
        case .halfOpen: .recovering
        case .closed:
            switch isReady {
            case false?: .unready
            case true?: .healthy
            case nil: hasAnswered ? .healthy : .unknown
            }
        }
    }

    func report(_ state: EngineHealth.EndpointState, path: SocketPath) -> EngineHealth.Endpoint {
        EngineHealth.Endpoint(
            socketPath: path.description, state: state,
            lastFailure: state == .healthy ? nil : lastFailure)
    }

    // MARK: What was heard

    /// Whether one more good answer is no news.
    var isSettled: Bool { hasAnswered && breaker.isSettled }

    mutating func succeeded(sentAt: MonotonicTime, now: MonotonicTime) {
        hasAnswered = true
        breaker.succeeded(admittedAt: sentAt, now: now)
    }

    /// - Parameter sentAt: When the request was sent; nil when connecting failed.
    mutating func failed(_ failure: String, sentAt: MonotonicTime? = nil, now: MonotonicTime) {
        lastFailure = failure
        breaker.failed(admittedAt: sentAt, isReachable: sentAt != nil, now: now)
    }

    /// A trial ended without a word on how the engine is.
    mutating func trialEnded(since: MonotonicTime, now: MonotonicTime) {
        breaker.released(admittedAt: since, now: now)
    }

    mutating func answeredCheck(isReady: Bool) {
        self.isReady = isReady
        if !isReady { lastFailure = "the engine says that it is not ready" }
    }
}
