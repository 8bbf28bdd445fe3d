/// How long to wait before the next try: exponential with full jitter.
///
/// Try n waits for a random time between 0 and `base` · 2ⁿ⁻¹, at most `maximum`. With the defaults
/// the upper ends are 100, 200, 400, 800, 1600 and then 2000 ms.
///
/// Source: "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
public struct Backoff: Sendable, Hashable {
    /// The upper end for the first wait.
    public var base = Duration.milliseconds(100)
    /// No wait is longer.
    public var maximum = Duration.seconds(2)

    /// The defaults.
    public init() {}

    /// Makes a schedule.
    public init(base: Duration, maximum: Duration) {
        self.base = base
        self.maximum = maximum
    }

    /// The wait before the next try, in nanoseconds.
    ///
    /// - Parameter failures: Tries that have failed in a row, from 1.
    package func delay(
        afterFailures failures: Int, using generator: inout SplitMix64
    ) -> Int64 {
        let longest = longestDelay(afterFailures: failures)
        return longest == 0 ? 0 : Int64.random(in: 0...longest, using: &generator)
    }

    /// The upper end of the wait before the next try, in nanoseconds, never negative.
    ///
    /// - Parameter failures: Tries that have failed in a row, from 1.
    package func longestDelay(afterFailures failures: Int) -> Int64 {
        let ceiling = maximum.clampedNanoseconds
        let base = min(base.clampedNanoseconds, ceiling)
        let doublings = min(max(1, failures) - 1, 62)
        return base > ceiling >> doublings ? ceiling : base << doublings
    }
}
