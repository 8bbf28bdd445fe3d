import EngineSansIO
import EngineTesting
import Testing

@Suite struct MonotonicTimeTests {
    private func time(_ nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds)
    }

    @Test func timesAreOrdered() {
        #expect(time(1) < time(2))
        #expect(time(.max - 1) < .distantFuture)
        #expect(time(7).nanoseconds(since: time(5)) == 2)
        #expect(time(5).nanoseconds(since: time(7)) == -2)
    }

    @Test func sumsPastTheEndAreTheDistantFuture() {
        #expect(time(5).advanced(by: 7) == time(12))
        #expect(time(5).advanced(by: .max) == .distantFuture)
        #expect(time(.max - 1).advanced(by: 1) == .distantFuture)
        #expect(MonotonicTime.distantFuture.advanced(by: .max) == .distantFuture)
        #expect(time(.max - 2).advanced(by: 1) == time(.max - 1))
    }

    struct Clamped: Sendable {
        let duration: Duration
        let nanoseconds: Int64
    }

    static let clamped = [
        Clamped(duration: .zero, nanoseconds: 0),
        Clamped(duration: .nanoseconds(1), nanoseconds: 1),
        Clamped(duration: Duration(secondsComponent: 0, attosecondsComponent: 1), nanoseconds: 0),
        Clamped(
            duration: Duration(secondsComponent: 1, attosecondsComponent: 1_999_999_999),
            nanoseconds: 1_000_000_001),
        Clamped(duration: .milliseconds(1_500), nanoseconds: 1_500_000_000),
        Clamped(duration: .nanoseconds(-1), nanoseconds: 0),
        Clamped(duration: .seconds(-5), nanoseconds: 0),
        Clamped(duration: .seconds(Int64.min), nanoseconds: 0),
        Clamped(duration: .nanoseconds(Int64.max), nanoseconds: .max),
        Clamped(duration: .nanoseconds(Int64.max - 1), nanoseconds: .max - 1),
        Clamped(duration: .nanoseconds(Int64.max) + .nanoseconds(1), nanoseconds: .max),
        Clamped(duration: .seconds(9_223_372_037), nanoseconds: .max),
        Clamped(duration: .seconds(Int64.max), nanoseconds: .max),
    ]

    @Test(arguments: clamped)
    func durationsAreClamped(_ row: Clamped) {
        #expect(row.duration.clampedNanoseconds == row.nanoseconds)
    }

    @Test func manualClockMovesOnlyForward() {
        var clock = ManualClock(now: time(10))
        clock.advance(by: .nanoseconds(5))
        #expect(clock.now == time(15))
        clock.advance(by: .seconds(-1))
        #expect(clock.now == time(15))
        clock.advance(by: .seconds(Int64.max))
        #expect(clock.now == .distantFuture)
    }
}
