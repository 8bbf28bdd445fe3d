import EngineSansIO
import Testing

/// When a message that repeats goes through, in virtual time.
@Suite struct RepeatLimiterTests {
    private func at(_ nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds)
    }

    @Test func oneGoesThroughInEachInterval() {
        var limiter = RepeatLimiter()
        let admitted = (0..<100).compactMap { step in
            limiter.admit(interval: 10, now: at(Int64(step))).map { (step, $0) }
        }
        #expect(admitted.map(\.0) == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
        #expect(admitted.map(\.1) == [0] + Array(repeating: 9, count: 9))
    }

    @Test func noneIsLostFromTheCount() {
        var limiter = RepeatLimiter()
        var generator = SplitMix64(seed: 7)
        var now: Int64 = 0
        var admitted = 0
        var suppressed = 0
        for _ in 0..<10_000 {
            now += Int64.random(in: 0..<50, using: &generator)
            guard let before = limiter.admit(interval: 1_000, now: at(now)) else { continue }
            admitted += 1
            suppressed += before
        }
        // A last one, after all that may have been held back.
        let last = limiter.admit(interval: 1_000, now: at(now + 1_000))
        #expect(admitted + suppressed + (last ?? -1) == 10_000)
        #expect(admitted < 400)
    }

    @Test(arguments: [0, -5] as [Int64])
    func withoutAnIntervalAllGoThrough(interval: Int64) {
        var limiter = RepeatLimiter()
        for step in [0, 0, 1, 1, 2] as [Int64] {
            #expect(limiter.admit(interval: interval, now: at(step)) == 0)
        }
    }

    @Test func timesAtTheEndsOfTheClockAreTaken() {
        var limiter = RepeatLimiter()
        #expect(limiter.admit(interval: .max, now: at(.min)) == 0)
        #expect(limiter.admit(interval: .max, now: at(-2)) == nil)
        #expect(limiter.admit(interval: .max, now: .distantFuture) == 1)
    }

    @Test func aClockThatGoesBackHoldsNothingBackForever() {
        var limiter = RepeatLimiter()
        #expect(limiter.admit(interval: 10, now: at(100)) == 0)
        #expect(limiter.admit(interval: 10, now: at(50)) == nil)
        #expect(limiter.admit(interval: 10, now: at(110)) == 1)
    }
}
