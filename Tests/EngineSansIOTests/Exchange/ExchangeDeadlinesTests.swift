import EngineSansIO
import Testing

@Suite struct ExchangeDeadlinesTests {
    private func time(_ seconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds(seconds))
    }

    private func nanoseconds(_ seconds: Int64) -> Int64 { seconds * 1_000_000_000 }

    private func deadlines(
        timeout: Int64? = 5, total: Int64? = nil, isStream: Bool = false, isProbe: Bool = false
    ) -> ExchangeDeadlines {
        ExchangeDeadlines(
            startedAt: time(0), timeout: timeout.map(nanoseconds) ?? .max,
            totalTimeout: total.map(nanoseconds) ?? .max, isStream: isStream, isProbe: isProbe)
    }

    private func progress(_ bytesSent: Int, isWritten: Bool) -> ExchangeDeadlines.Progress {
        ExchangeDeadlines.Progress(bytesSent: bytesSent, isWritten: isWritten)
    }

    @Test func timeoutCountsFromTheCallWhateverHappens() {
        var deadlines = deadlines()
        for (second, phase) in [ExchangePhase.waiting, .writing, .awaiting, .receiving].enumerated()
        {
            deadlines.enter(
                phase, progress(second, isWritten: second > 1), limit: nil, stallTimeout: 1,
                now: time(Int64(second)))
            #expect(deadlines.earliest == time(5))
        }
        #expect(!deadlines.isOver(now: time(4)))
        #expect(deadlines.isOver(now: time(5)))
        #expect(deadlines.passedLimit(now: time(5)) == .timeout)
    }

    @Test func theEarlierOfTimeoutAndTotalCounts() {
        #expect(deadlines(timeout: 5, total: 3).earliest == time(3))
        #expect(deadlines(timeout: 5, total: 3).passedLimit(now: time(3)) == .totalTimeout)
        #expect(deadlines(timeout: 2, total: 3).passedLimit(now: time(2)) == .timeout)
        #expect(deadlines(timeout: nil).earliest == .distantFuture)
    }

    @Test func aCheckIsLimitedByItsOwnSetting() {
        #expect(deadlines(isProbe: true).passedLimit(now: time(5)) == .healthCheckTimeout)
    }

    @Test func aPhaseHasALimitOfItsOwn() {
        var deadlines = deadlines()
        deadlines.enter(.waiting, nil, limit: nanoseconds(2), stallTimeout: .max, now: time(1))
        #expect(deadlines.earliest == time(3))
        #expect(deadlines.passedLimit(now: time(3)) == .phase(.waiting))
        // The next phase starts anew.
        deadlines.enter(.writing, nil, limit: nanoseconds(1), stallTimeout: .max, now: time(2))
        #expect(deadlines.earliest == time(3))
        #expect(deadlines.passedLimit(now: time(3)) == .phase(.writing))
        deadlines.enter(.awaiting, nil, limit: nil, stallTimeout: .max, now: time(3))
        #expect(deadlines.earliest == time(5))
    }

    @Test func aStreamedHeadHasNoMoreTimeForItsBytes() {
        var deadlines = deadlines(isStream: true)
        deadlines.enter(
            .awaiting, progress(10, isWritten: true), limit: nil, stallTimeout: .max, now: time(0))
        for second in 1...4 as ClosedRange<Int64> {
            deadlines.enter(
                .receiving, progress(10, isWritten: true), limit: nil, stallTimeout: .max,
                now: time(second))
        }
        #expect(deadlines.earliest == time(5))
    }

    @Test func anEngineThatTakesMoreOfABodyGetsMoreTime() {
        var deadlines = deadlines(isStream: true)
        deadlines.enter(
            .writing, progress(10, isWritten: false), limit: nil, stallTimeout: .max, now: time(0))
        #expect(!deadlines.hasProgressed(to: 10))
        #expect(deadlines.hasProgressed(to: 11))
        deadlines.enter(
            .writing, progress(20, isWritten: false), limit: nil, stallTimeout: .max, now: time(4))
        #expect(deadlines.earliest == time(9))
        // Without progress it is not.
        deadlines.enter(
            .writing, progress(20, isWritten: false), limit: nil, stallTimeout: .max, now: time(6))
        #expect(deadlines.earliest == time(9))
    }

    @Test func stallTimeoutCountsFromTheHeadOn() {
        var deadlines = deadlines(total: 60, isStream: true)
        deadlines.receivedHead()
        for second in [4, 10, 18] as [Int64] {
            deadlines.enter(
                .receiving, progress(10, isWritten: true), limit: nil,
                stallTimeout: nanoseconds(9), now: time(second))
            #expect(deadlines.earliest == time(second + 9))
        }
        #expect(deadlines.passedLimit(now: time(27)) == .stallTimeout)
        deadlines.enter(
            .receiving, progress(10, isWritten: true), limit: nil, stallTimeout: nanoseconds(9),
            now: time(55))
        #expect(deadlines.earliest == time(60))
        #expect(deadlines.passedLimit(now: time(60)) == .totalTimeout)
    }

    @Test func theCallersTurnCountsForTotalTimeoutAlone() {
        var deadlines = deadlines(total: 60, isStream: true)
        deadlines.enterCallersTurn(
            .writing, progress(10, isWritten: false), stallTimeout: .max, now: time(2))
        #expect(deadlines.earliest == time(60))
        // The engine's turn goes on with the three seconds that were left.
        deadlines.enter(
            .awaiting, progress(10, isWritten: true), limit: nil, stallTimeout: .max, now: time(30))
        #expect(deadlines.earliest == time(33))
        #expect(deadlines.passedLimit(now: time(33)) == .timeout)
    }

    @Test func aRetryGoesOnWithTheTimeThatWasLeft() {
        var deadlines = deadlines(isStream: true)
        deadlines.enterCallersTurn(
            .writing, progress(10, isWritten: false), stallTimeout: .max, now: time(1))
        deadlines.resumeClock(now: time(20))
        #expect(deadlines.earliest == time(24))
        deadlines.resumeClock(now: time(22))
        #expect(deadlines.earliest == time(24))
    }
}
