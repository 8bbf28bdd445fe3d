import Testing

@testable import EngineRuntime

@Suite struct BusyPollingTests {
    private func after(_ waits: [(nanoseconds: Int64, hasSlept: Bool)]) -> BusyPolling {
        var polling = BusyPolling(limit: 50)
        for wait in waits { polling.waited(for: wait.nanoseconds, hasSlept: wait.hasSlept) }
        return polling
    }

    @Test func looksUntilTheLimit() {
        let polling = BusyPolling(limit: 50)
        #expect(polling.shouldPoll(after: 0))
        #expect(polling.shouldPoll(after: 49))
        #expect(!polling.shouldPoll(after: 50))
    }

    @Test(arguments: [0, -1, Int64.min]) func withoutALimitItNeverLooks(limit: Int64) {
        var polling = BusyPolling(limit: limit)
        for _ in 0..<10_000 { polling.waited(for: 0, hasSlept: true) }
        #expect(!polling.shouldPoll(after: 0))
    }

    @Test func oneFailureBetweenSuccessesIsForgiven() {
        let pair: [(Int64, Bool)] = [(55, true), (20, false)]
        let polling = after((0..<100).flatMap { _ in pair })
        #expect(polling.shouldPoll(after: 0))
    }

    @Test func twoFailuresInARowEndIt() {
        #expect(!after([(55, true), (55, true)]).shouldPoll(after: 0))
    }

    @Test func shortWaitsBringItBackAndLongOnesDoNot() {
        var polling = after([(55, true), (55, true)])
        for _ in 0..<1_000 { polling.waited(for: 1_000, hasSlept: true) }
        #expect(!polling.isWorthwhile)
        for _ in 0..<15 { polling.waited(for: 10, hasSlept: true) }
        #expect(!polling.isWorthwhile)
        polling.waited(for: 10, hasSlept: true)
        #expect(polling.isWorthwhile)
    }

    @Test func whereItNeverPaysTrialsBecomeRare() {
        var polling = BusyPolling(limit: 50)
        var looked = 0
        // As with an engine on the same core: it answers 5 ns after the loop has gone to sleep.
        for _ in 0..<100_000 {
            let isLooking = polling.shouldPoll(after: 0)
            looked += isLooking ? 1 : 0
            polling.waited(for: isLooking ? 55 : 5, hasSlept: true)
        }
        #expect(looked < 100)
        #expect(looked > 10)
    }
}
