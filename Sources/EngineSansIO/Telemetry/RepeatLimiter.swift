/// Lets a message that repeats through once in a while, and counts those held back in between.
///
/// Contract: any order of times is accepted; the first message goes through at once, and so does
/// each one with an interval of zero or less.
package struct RepeatLimiter: Sendable {
    private var lastAdmission: MonotonicTime?
    private var suppressed = 0

    package init() {}

    /// Asks for one more message.
    ///
    /// - Parameters:
    ///   - interval: Nanoseconds that messages are apart at least.
    ///   - now: The time.
    /// - Returns: Nil when the message is held back, else how many were since the last one.
    package mutating func admit(interval: Int64, now: MonotonicTime) -> Int? {
        if let last = lastAdmission, interval > 0, now < last.advanced(by: interval) {
            suppressed += 1
            return nil
        }
        lastAdmission = now
        defer { suppressed = 0 }
        return suppressed
    }
}
