import EngineSansIO
import Testing

/// What happens after an endpoint is back: slow start, late results, another failure, new policies.
@Suite struct BreakerReturnTests {
    @Test func theShareGrowsFromATenthToTheWhole() {
        let scenario = BreakerScenario()
        scenario.openAndClose()
        #expect(scenario.weight == 0.1)
        for expected in [0.19, 0.28, 0.37, 0.46, 0.55, 0.64, 0.73, 0.82, 0.91] {
            scenario.wait(1_000)
            #expect(abs(scenario.weight - expected) < 1e-9)
            #expect(scenario.admit())
        }
        scenario.wait(1_000)
        #expect(scenario.weight == 1)
        scenario.wait(1_000_000)
        #expect(scenario.weight == 1)
    }

    @Test func failingDuringSlowStartIsAFailedReturn() {
        let scenario = BreakerScenario()
        scenario.openAndClose()
        scenario.wait(9_000)
        scenario.fail(times: 5)
        #expect(scenario.reopensIn == 2_000)
    }

    @Test func oneThatIsNotThereIsTriedAtAnEvenPace() {
        let scenario = BreakerScenario()
        scenario.fail(times: 5)
        for _ in 0..<10 {
            #expect(scenario.reopensIn == 1_000)
            scenario.waitUntilHalfOpen()
            #expect(scenario.admit())
            scenario.breaker.failed(isReachable: false, now: scenario.now)
        }
        scenario.waitUntilHalfOpen()
        scenario.trial(succeeds: false)
        #expect(scenario.reopensIn == 2_000)
    }

    @Test func stayingClosedForASlowStartIsForgivenAll() {
        let scenario = BreakerScenario()
        scenario.openAndClose()
        scenario.wait(9_960)
        scenario.fail(times: 5)
        #expect(scenario.reopensIn == 1_000)
    }

    @Test func withoutASlowStartAllIsForgivenAtOnce() {
        let scenario = BreakerScenario { $0.slowStart = .zero }
        scenario.openAndClose()
        #expect(scenario.weight == 1)
        scenario.fail(times: 5)
        #expect(scenario.reopensIn == 1_000)
    }

    @Test func lateFailuresDoNotCountAgainstARecoveredOne() {
        let scenario = BreakerScenario()
        let before = scenario.now
        scenario.fail(times: 5)
        scenario.waitUntilHalfOpen()
        #expect(scenario.admit())
        scenario.breaker.failed(admittedAt: before, now: scenario.now)
        #expect(scenario.state == .halfOpen)
        scenario.succeed()
        scenario.trial(succeeds: true)
        #expect(scenario.state == .closed)
        for _ in 0..<100 {
            scenario.wait(10)
            scenario.breaker.failed(admittedAt: before, now: scenario.now)
        }
        #expect(scenario.state == .closed)
        let after = scenario.now
        for _ in 0..<5 {
            scenario.wait(10)
            scenario.breaker.failed(admittedAt: after, now: scenario.now)
        }
        #expect(scenario.state == .open)
    }

    @Test func lateSuccessesAreNoTrials() {
        let scenario = BreakerScenario()
        let before = scenario.now
        scenario.fail(times: 5)
        scenario.waitUntilHalfOpen()
        #expect(scenario.admit())
        for _ in 0..<10 { scenario.breaker.succeeded(admittedAt: before, now: scenario.now) }
        scenario.breaker.released(admittedAt: before, now: scenario.now)
        #expect(scenario.state == .halfOpen)
        #expect(!scenario.admit())
    }

    @Test func aResultWithoutATimeIsTheTrials() {
        let scenario = BreakerScenario { $0.trialSuccesses = 1 }
        scenario.fail(times: 5)
        scenario.waitUntilHalfOpen()
        #expect(scenario.state == .halfOpen)
        scenario.fail()
        scenario.succeed()
        #expect(scenario.state == .halfOpen)
        #expect(scenario.admit())
        scenario.succeed()
        #expect(scenario.state == .closed)
    }

    @Test func aTrialAdmittedAtTheTurnCounts() {
        let scenario = BreakerScenario { $0.trialSuccesses = 1 }
        scenario.fail(times: 5)
        scenario.waitUntilHalfOpen()
        #expect(scenario.admit())
        let admission = scenario.now
        scenario.wait(5)
        scenario.breaker.succeeded(admittedAt: admission, now: scenario.now)
        #expect(scenario.state == .closed)
    }

    @Test func aNewPolicyHoldsAtOnce() {
        let scenario = BreakerScenario()
        scenario.fail(times: 3)
        scenario.breaker.policy.failureThreshold = 4
        scenario.fail(times: 1)
        #expect(scenario.state == .open)
        scenario.breaker.policy.openInterval = .seconds(5)
        #expect(scenario.reopensIn == 5_000)
        scenario.breaker.policy.openInterval = .milliseconds(20)
        #expect(scenario.reopensIn == 20)
        scenario.waitUntilHalfOpen()
        scenario.breaker.policy.trialSuccesses = 1
        scenario.trial(succeeds: true)
        #expect(scenario.state == .closed)
        scenario.wait(1_000)
        scenario.breaker.policy.slowStart = .seconds(2)
        #expect(abs(scenario.weight - 0.55) < 1e-9)
        scenario.breaker.policy.slowStart = .zero
        #expect(scenario.weight == 1)
    }

    @Test(arguments: [Int.min, -1, 0, 1])
    func thresholdsUnderOneAreOne(_ threshold: Int) {
        let scenario = BreakerScenario {
            $0.failureThreshold = threshold
            $0.trialSuccesses = threshold
        }
        #expect(scenario.state == .closed)
        scenario.fail()
        #expect(scenario.state == .open)
        scenario.waitUntilHalfOpen()
        scenario.trial(succeeds: true)
        #expect(scenario.state == .closed)
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(Int64.min)])
    func noDurationsAreNoWaits(_ duration: Duration) {
        let scenario = BreakerScenario {
            $0.openInterval = duration
            $0.slowStart = duration
        }
        scenario.fail(times: 5)
        #expect(scenario.breaker.state == .open)
        #expect(scenario.state == .halfOpen)
        scenario.trial(succeeds: false)
        scenario.trial(succeeds: true)
        scenario.trial(succeeds: true)
        #expect(scenario.state == .closed)
        #expect(scenario.weight == 1)
    }

    @Test func absurdDurationsNeverEnd() {
        let scenario = BreakerScenario {
            $0.openInterval = .seconds(Int64.max)
            $0.maximumOpenInterval = .seconds(Int64.max)
            $0.slowStart = .seconds(Int64.max)
        }
        scenario.fail(times: 5)
        #expect(scenario.breaker.nextWakeUp == .distantFuture)
        scenario.wait(1_000_000_000_000)
        #expect(scenario.state == .open)
        scenario.breaker.policy.openInterval = .zero
        scenario.trial(succeeds: true)
        scenario.trial(succeeds: true)
        scenario.wait(1_000_000_000)
        #expect(scenario.weight > 0.1 && scenario.weight < 0.11)
    }

    @Test func anUnreachableThresholdSwitchesItOff() {
        let scenario = BreakerScenario { $0.failureThreshold = .max }
        scenario.fail(times: 10_000)
        #expect(scenario.state == .closed)
        #expect(scenario.weight == 1)
    }
}
