import EngineSansIO
import Testing

/// A breaker and a time in milliseconds.
final class BreakerScenario {
    var breaker: CircuitBreaker
    private(set) var milliseconds: Int64 = 0

    init(_ change: (inout HealthPolicy) -> Void = { _ in }) {
        var policy = HealthPolicy()
        change(&policy)
        breaker = CircuitBreaker(policy: policy)
    }

    var now: MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }
    var weight: Double { breaker.weight(now: now) }
    var state: BreakerState { breaker.state(now: now) }
    /// When it turns half-open, in milliseconds from now.
    var reopensIn: Int64? {
        breaker.nextWakeUp.map { $0.nanoseconds(since: now) / 1_000_000 }
    }

    func wait(_ pause: Int64) { milliseconds += pause }
    func admit() -> Bool { breaker.admit(now: now) }
    func succeed() { breaker.succeeded(now: now) }
    func fail() { breaker.failed(now: now) }

    /// Failures far enough apart to count.
    func fail(times: Int) {
        for _ in 0..<times {
            wait(10)
            fail()
        }
    }

    /// Waits out the open interval.
    func waitUntilHalfOpen() { wait(reopensIn ?? 0) }

    /// A trial and its result.
    func trial(succeeds: Bool) {
        #expect(admit())
        if succeeds { succeed() } else { fail() }
    }

    func openAndClose() {
        fail(times: breaker.policy.failureThreshold)
        waitUntilHalfOpen()
        for _ in 0..<breaker.policy.trialSuccesses { trial(succeeds: true) }
    }
}

@Suite struct CircuitBreakerTests {
    @Test func aNewOneAdmitsAll() {
        let scenario = BreakerScenario()
        #expect(scenario.state == .closed)
        #expect(scenario.weight == 1)
        #expect(scenario.reopensIn == nil)
        for _ in 0..<100 { #expect(scenario.admit()) }
    }

    @Test func failuresInARowOpenIt() {
        let scenario = BreakerScenario()
        scenario.fail(times: 4)
        #expect(scenario.state == .closed)
        #expect(scenario.admit())
        scenario.fail(times: 1)
        #expect(scenario.state == .open)
        #expect(!scenario.admit())
        #expect(scenario.weight == 0)
        #expect(scenario.reopensIn == 1_000)
    }

    @Test func aSuccessStartsTheCountAnew() {
        let scenario = BreakerScenario()
        for _ in 0..<10 {
            scenario.fail(times: 4)
            scenario.succeed()
        }
        #expect(scenario.state == .closed)
        scenario.fail(times: 5)
        #expect(scenario.state == .open)
    }

    @Test func requestsLostTogetherAreOneFailure() {
        let scenario = BreakerScenario()
        for _ in 0..<100 { scenario.fail() }
        scenario.wait(9)
        for _ in 0..<100 { scenario.fail() }
        #expect(scenario.state == .closed)
        // A storm that goes on counts all the same: it is as long as five apart.
        for _ in 0..<31 {
            scenario.wait(1)
            scenario.fail()
        }
        #expect(scenario.state == .open)
        #expect(scenario.milliseconds == 40)
    }

    @Test func aFailureRightAfterASuccessCounts() {
        let scenario = BreakerScenario { $0.failureThreshold = 2 }
        scenario.fail()
        scenario.wait(1)
        scenario.succeed()
        scenario.fail()
        scenario.wait(10)
        scenario.fail()
        #expect(scenario.state == .open)
    }

    @Test func openTurnsHalfOpenByTime() {
        let scenario = BreakerScenario()
        scenario.fail(times: 5)
        scenario.wait(999)
        #expect(scenario.state == .open)
        #expect(scenario.weight == 0)
        #expect(!scenario.admit())
        scenario.wait(1)
        #expect(scenario.weight == CircuitBreaker.leastWeight)
        #expect(scenario.breaker.state == .open)
        #expect(scenario.state == .halfOpen)
        #expect(scenario.weight == CircuitBreaker.leastWeight)
        #expect(scenario.reopensIn == nil)
    }

    @Test func resultsWhileOpenDoNotCount() {
        let scenario = BreakerScenario()
        scenario.fail(times: 5)
        scenario.wait(500)
        scenario.fail(times: 20)
        scenario.succeed()
        #expect(scenario.state == .open)
        #expect(scenario.reopensIn == 300)
    }

    @Test func halfOpenAdmitsOneTrialAtATime() {
        let scenario = BreakerScenario()
        scenario.fail(times: 5)
        scenario.waitUntilHalfOpen()
        #expect(scenario.admit())
        #expect(scenario.weight == 0)
        scenario.wait(1_000_000)
        #expect(!scenario.admit())
        scenario.succeed()
        #expect(scenario.state == .halfOpen)
        #expect(scenario.weight == CircuitBreaker.leastWeight)
        #expect(scenario.admit())
        #expect(!scenario.admit())
        scenario.succeed()
        #expect(scenario.state == .closed)
    }

    @Test func aFailedTrialDoublesTheInterval() {
        let scenario = BreakerScenario()
        scenario.fail(times: 5)
        for interval: Int64 in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000] {
            #expect(scenario.reopensIn == interval)
            scenario.waitUntilHalfOpen()
            scenario.trial(succeeds: false)
            #expect(scenario.state == .open)
        }
    }

    @Test func aFailureAmongTrialsStartsThemAnew() {
        let scenario = BreakerScenario { $0.trialSuccesses = 3 }
        scenario.fail(times: 5)
        scenario.waitUntilHalfOpen()
        for succeeds in [true, true, false] { scenario.trial(succeeds: succeeds) }
        scenario.waitUntilHalfOpen()
        for succeeds in [true, true] { scenario.trial(succeeds: succeeds) }
        #expect(scenario.state == .halfOpen)
        scenario.trial(succeeds: true)
        #expect(scenario.state == .closed)
    }

    @Test func aReleasedTrialTellsNothing() {
        let scenario = BreakerScenario()
        scenario.fail(times: 5)
        scenario.waitUntilHalfOpen()
        scenario.trial(succeeds: true)
        #expect(scenario.admit())
        scenario.breaker.released(now: scenario.now)
        #expect(scenario.state == .halfOpen)
        scenario.trial(succeeds: true)
        #expect(scenario.state == .closed)
        scenario.breaker.released(now: scenario.now)
        #expect(scenario.state == .closed)
    }
}
