/// A client's last exchanges, when it takes no more.
package struct Drain: Sendable {
    /// Exchanges of callers that have not ended.
    package private(set) var remaining: Int
    /// When they end in any case.
    package private(set) var deadline: MonotonicTime

    package init(remaining: Int, deadline: MonotonicTime) {
        self.remaining = remaining
        self.deadline = deadline
    }

    /// Shortens the time that is left, as a further call asks for.
    package mutating func shorten(to deadline: MonotonicTime) {
        self.deadline = min(self.deadline, deadline)
    }

    /// Counts the end of one exchange.
    ///
    /// - Returns: Whether it was the last one.
    package mutating func ended() -> Bool {
        remaining -= 1
        return remaining == 0
    }

    package func isOver(now: MonotonicTime) -> Bool { remaining == 0 || deadline <= now }
}
