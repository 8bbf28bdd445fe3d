import EngineSansIO
import Testing

@Suite struct RetryDecisionTests {
    private func decision(
        _ delivery: RequestDelivery, attempts: Int = 0, isOver: Bool = false,
        _ change: (inout ExchangeRepeatability) -> Void = { _ in }
    ) -> RetryDecision {
        var repeatability = ExchangeRepeatability()
        change(&repeatability)
        return RetryDecision(
            after: delivery, attempts: attempts, limit: 2, repeatability: repeatability,
            isOver: isOver)
    }

    @Test func nothingIsSentTwiceThatMayHaveRun() {
        #expect(decision(.neverSent) == .retry)
        #expect(decision(.notRead) == .retry)
        #expect(decision(.consumed) == .fail)
        #expect(decision(.unknown) == .fail)
    }

    @Test(arguments: RequestDelivery.allCases)
    func anIdempotentRequestIsRepeated(_ delivery: RequestDelivery) {
        #expect(decision(delivery) { $0.isIdempotent = true } == .retry)
    }

    @Test(arguments: RequestDelivery.allCases)
    func noRepetitionIsPossible(_ delivery: RequestDelivery) {
        #expect(
            decision(delivery) {
                $0.isIdempotent = true
                $0.isExcluded = true
            } == .fail)
        #expect(
            decision(delivery) {
                $0.isIdempotent = true
                $0.hasBody = false
            } == .fail)
        #expect(
            decision(delivery) {
                $0.isIdempotent = true
                $0.hasAnswered = true
            } == .fail)
    }

    @Test func triesAreLimited() {
        #expect(decision(.neverSent, attempts: 1) == .retry)
        #expect(decision(.neverSent, attempts: 2) == .fail)
    }

    @Test func aRetryWithoutTimeExpires() {
        #expect(decision(.neverSent, isOver: true) == .expire)
        // A failure that would not be repeated stays that failure.
        #expect(decision(.consumed, isOver: true) == .fail)
        #expect(decision(.neverSent, attempts: 2, isOver: true) == .fail)
    }

    @Test func aDrainEndsWithItsLastExchangeOrItsTime() {
        var drain = Drain(remaining: 2, deadline: MonotonicTime(nanoseconds: 10))
        #expect(!drain.isOver(now: MonotonicTime(nanoseconds: 9)))
        #expect(drain.isOver(now: MonotonicTime(nanoseconds: 10)))
        drain.shorten(to: MonotonicTime(nanoseconds: 20))
        #expect(drain.deadline == MonotonicTime(nanoseconds: 10))
        drain.shorten(to: MonotonicTime(nanoseconds: 5))
        #expect(drain.deadline == MonotonicTime(nanoseconds: 5))
        let isLast = [drain.ended(), drain.ended()]
        #expect(isLast == [false, true])
        #expect(drain.isOver(now: MonotonicTime(nanoseconds: 0)))
    }
}
