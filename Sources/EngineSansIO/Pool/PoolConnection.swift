/// What a pool knows of one connection.
struct PoolConnection: Sendable {
    enum State: Hashable, Sendable {
        /// The place is empty. Can become `connecting`.
        case free
        /// Can become `idle`, `leased` or `closing`.
        case connecting
        /// Can become `leased` or `closing`.
        case idle
        /// Can become `idle`, `leased` or `closing`.
        case leased
        /// The socket is closed, its handle not yet. Can become `free`.
        case closing

        /// Whether the engine sees it as a connection.
        var isLive: Bool {
            switch self {
            case .connecting, .idle, .leased: true
            case .free, .closing: false
            }
        }
    }

    var state = State.free
    var generation: UInt64 = 0
    /// The engine has read from it, so that one of its workers serves it.
    var isProven = false
    /// Its first request stays unread while others are served.
    var isStarved = false
    /// When the engine first read from it.
    var provenAt = MonotonicTime(nanoseconds: 0)
    var leasedAt = MonotonicTime(nanoseconds: 0)
    var idleDeadline = MonotonicTime.distantFuture
    /// Responses received on it.
    var served = 0
    /// Requests that the peer takes on it in all.
    var allowance = Int.max

    /// Why it was closed, once it was.
    var closeReason: ConnectionCloseReason?
    /// Whether it was made under settings that no longer hold.
    var isOutdated = false

    /// Whether the engine sees it as a connection.
    var isLive: Bool { state.isLive }

    /// Takes note of a response's `Keep-Alive`.
    ///
    /// `max` is a count that falls in some servers and a constant in others: the smallest total
    /// that any response allows is right for both.
    mutating func note(_ hint: KeepAliveHint?, limits: PoolLimits, now: MonotonicTime) {
        served += 1
        var idleTime = limits.idleTimeout
        if let timeout = hint?.timeout {
            let nanoseconds = Duration.seconds(timeout).clampedNanoseconds
            // A hint under twice the margin leaves half of itself.
            idleTime = min(idleTime, max(nanoseconds - limits.keepAliveMargin, nanoseconds / 2))
        }
        if let maximum = hint?.maximum {
            let (total, overflow) = (served - 1).addingReportingOverflow(maximum)
            allowance = min(allowance, overflow ? Int.max : total)
        }
        idleDeadline = now.advanced(by: idleTime)
    }
}
