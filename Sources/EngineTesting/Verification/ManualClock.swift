package import EngineSansIO

/// A clock that stands still until it is told to move, so that tests of deadlines never sleep.
package struct ManualClock: Sendable {
    /// The current time.
    package private(set) var now: MonotonicTime

    /// Starts a clock, at a time that is not 0: code that takes 0 for "never" shows itself.
    package init(now: MonotonicTime = MonotonicTime(nanoseconds: 1_000_000_000)) {
        self.now = now
    }

    /// Moves the time on; a negative duration leaves it, as a monotonic clock never goes back.
    package mutating func advance(by duration: Duration) {
        now = now.advanced(by: duration.clampedNanoseconds)
    }
}
