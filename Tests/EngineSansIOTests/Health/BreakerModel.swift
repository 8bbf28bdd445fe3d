import EngineSansIO

/// A breaker among requests that end in any order, and what its documentation says of each state.
struct BreakerModel {
    private static let millisecond: Int64 = 1_000_000

    private(set) var breaker: CircuitBreaker
    private(set) var now = MonotonicTime(nanoseconds: 0)
    private(set) var broken: [String] = []
    private var random: SplitMix64
    private var admissions: [MonotonicTime] = []

    // What an observer has seen, from which the next state follows.
    private var expected = BreakerState.closed
    private var countedFailures: [MonotonicTime] = []
    private var interval: Int64 = 0
    private var openedAt = MonotonicTime(nanoseconds: 0)
    private var isCurrentFrom = MonotonicTime(nanoseconds: .min)
    private var isTrialOut = false
    private var goodTrials = 0
    private var closedAt: MonotonicTime?

    init(seed: UInt64, isUsual: Bool = false) {
        random = SplitMix64(seed: seed)
        var policy = HealthPolicy()
        if !isUsual {
            policy.failureThreshold = .random(in: -1...6, using: &random)
            policy.trialSuccesses = .random(in: -1...4, using: &random)
            policy.openInterval = .milliseconds(Int.random(in: -1...200, using: &random))
            policy.maximumOpenInterval = .milliseconds(Int.random(in: -1...2_000, using: &random))
            policy.slowStart = .milliseconds(Int.random(in: -1...500, using: &random))
        }
        breaker = CircuitBreaker(policy: policy)
    }

    mutating func step() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: admit()
        case 4..<8:
            guard !admissions.isEmpty else { return }
            end(admissions.remove(at: Int.random(in: admissions.indices, using: &random)))
        default:
            let longest = [1, 30, 600][Int.random(in: 0..<3, using: &random)] * Self.millisecond
            now = now.advanced(by: .random(in: 0...longest, using: &random))
        }
        check()
    }

    /// Lets the endpoint answer all that is out, and all that comes, until it must be trusted.
    mutating func settle() {
        for admission in admissions { succeed(admission) }
        admissions = []
        let time = breaker.policy.maximumOpenInterval + breaker.policy.slowStart
        let end = now.advanced(by: time.clampedNanoseconds + 1_000 * Self.millisecond)
        while now < end {
            admit()
            for admission in admissions { succeed(admission) }
            admissions = []
            check()
            now = now.advanced(by: 100 * Self.millisecond)
        }
    }

    private mutating func admit() {
        turnHalfOpen()
        let isAdmitted = breaker.admit(now: now)
        let mayGo = expected == .closed || expected == .halfOpen && !isTrialOut
        if isAdmitted != mayGo { broken.append("admitted \(isAdmitted) while \(expected)") }
        guard isAdmitted else { return }
        admissions.append(now)
        if expected == .halfOpen { isTrialOut = true }
    }

    private mutating func end(_ admission: MonotonicTime) {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: release(admission)
        case 1..<3: succeed(admission)
        default: fail(admission)
        }
    }

    private mutating func release(_ admission: MonotonicTime) {
        breaker.released(admittedAt: admission, now: now)
        turnHalfOpen()
        if expected == .halfOpen, admission >= isCurrentFrom { isTrialOut = false }
    }

    private mutating func succeed(_ admission: MonotonicTime) {
        breaker.succeeded(admittedAt: admission, now: now)
        turnHalfOpen()
        guard expected != .open, admission >= isCurrentFrom else { return }
        countedFailures = []
        guard expected == .halfOpen else { return }
        isTrialOut = false
        goodTrials += 1
        guard goodTrials >= max(1, breaker.policy.trialSuccesses) else { return }
        expected = .closed
        closedAt = now
    }

    private mutating func fail(_ admission: MonotonicTime) {
        let isReachable = Bool.random(using: &random)
        breaker.failed(admittedAt: admission, isReachable: isReachable, now: now)
        turnHalfOpen()
        guard expected != .open, admission >= isCurrentFrom else { return }
        if expected == .closed {
            let spacing = countedFailures.last.map { now.nanoseconds(since: $0) } ?? .max
            guard spacing >= 10 * Self.millisecond else { return }
            countedFailures.append(now)
            guard countedFailures.count >= max(1, breaker.policy.failureThreshold) else { return }
            if expectedWeight == 1 { interval = 0 }
        }
        if !isReachable { interval = 0 }
        let longest = breaker.policy.maximumOpenInterval.clampedNanoseconds
        let doubled = interval == 0 ? breaker.policy.openInterval.clampedNanoseconds : 2 * interval
        interval = min(doubled, longest)
        expected = .open
        openedAt = now
        countedFailures = []
    }

    private mutating func turnHalfOpen() {
        guard expected == .open, now.nanoseconds(since: openedAt) >= interval else { return }
        expected = .halfOpen
        isCurrentFrom = now
        isTrialOut = false
        goodTrials = 0
    }

    private var expectedWeight: Double {
        switch expected {
        case .open: return 0
        case .halfOpen: return isTrialOut ? 0 : 0.1
        case .closed:
            let slowStart = breaker.policy.slowStart.clampedNanoseconds
            guard let closedAt, slowStart > 0 else { return 1 }
            let elapsed = now.nanoseconds(since: closedAt)
            return elapsed >= slowStart ? 1 : 0.1 + 0.9 * Double(elapsed) / Double(slowStart)
        }
    }

    private mutating func check() {
        let foreseen = breaker.weight(now: now)
        turnHalfOpen()
        let state = breaker.state(now: now)
        if state != expected { broken.append("\(state), not \(expected)") }
        let weight = breaker.weight(now: now)
        if weight != foreseen { broken.append("weight \(foreseen) became \(weight)") }
        if abs(weight - expectedWeight) > 1e-9 {
            broken.append("weight \(weight), not \(expectedWeight)")
        }
        var copy = breaker
        if copy.admit(now: now) != (weight > 0) {
            broken.append("weight \(weight) is no admission")
        }
        let wakeUp = expected == .open ? openedAt.advanced(by: interval) : nil
        if breaker.nextWakeUp != wakeUp { broken.append("wakes up at the wrong time") }
    }
}
