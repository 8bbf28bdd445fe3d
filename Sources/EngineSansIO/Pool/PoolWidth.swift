/// How many connections a pool may have, and when it may open another.
///
/// The engine does not announce how many connections it serves at once. The ceiling is the number that
/// it is known to serve, and the configured maximum until then. Connecting backs off after failures,
/// growth beyond the ceiling after each starved connection.
struct PoolWidth {
    private var maximum: Int
    private(set) var ceiling: Int
    /// When one connection above the ceiling may be tried.
    private(set) var probeTime = MonotonicTime.distantFuture
    private var probeDelay: Int64
    private var probeLimits: (interval: Int64, maximum: Int64)

    private(set) var failuresInARow = 0
    private(set) var reconnectTime = MonotonicTime(nanoseconds: .min)
    /// Whether the last attempt to connect failed for good.
    private(set) var isConnectFailurePermanent = false

    init(_ limits: PoolLimits) {
        maximum = max(1, limits.maximumConnections)
        ceiling = maximum
        probeDelay = limits.probeInterval
        probeLimits = (limits.probeInterval, limits.maximumProbeInterval)
    }

    /// Adopts another maximum. A ceiling below the old maximum was learnt from the engine, and stays.
    mutating func reconfigure(_ limits: PoolLimits) {
        let before = maximum
        maximum = max(1, limits.maximumConnections)
        ceiling = ceiling >= before ? maximum : min(ceiling, maximum)
        probeLimits = (limits.probeInterval, limits.maximumProbeInterval)
    }

    /// Whether a connection may be opened beside those that are live.
    func mayOpen(live: Int, now: MonotonicTime) -> Bool {
        now >= attemptTime(live: live) && live < maximum && (live < ceiling || now >= probeTime)
    }

    /// When the next connection may be opened; nil when none may.
    func nextOpening(live: Int) -> MonotonicTime? {
        guard live < maximum else { return nil }
        let attemptTime = attemptTime(live: live)
        return live < ceiling ? attemptTime : max(attemptTime, probeTime)
    }

    /// When connecting may be tried again. A failure for good has no retries that a pause would
    /// space out: the next request finds out at once whether it is mended.
    private func attemptTime(live: Int) -> MonotonicTime {
        isConnectFailurePermanent && live == 0 ? MonotonicTime(nanoseconds: .min) : reconnectTime
    }

    /// A connection is about to be opened.
    mutating func willOpen(live: Int, now: MonotonicTime) {
        if live >= ceiling { probeTime = now.advanced(by: probeDelay) }
    }

    /// The newest of `live` connections is served: above the ceiling, growth is free again.
    mutating func proved(live: Int) {
        guard live > ceiling else { return }
        ceiling = maximum
        probeTime = .distantFuture
        probeDelay = probeLimits.interval
    }

    /// The engine serves no more than `proven` connections. Doubles the time to the next trial.
    mutating func lower(to proven: Int, now: MonotonicTime) {
        ceiling = max(1, proven)
        probeTime = now.advanced(by: probeDelay)
        let (doubled, overflow) = probeDelay.multipliedReportingOverflow(by: 2)
        probeDelay = overflow ? probeLimits.maximum : min(doubled, probeLimits.maximum)
    }

    // MARK: Connecting

    mutating func connected() {
        isConnectFailurePermanent = false
    }

    mutating func failedToConnect(isPermanent: Bool) {
        isConnectFailurePermanent = isPermanent
    }

    /// Waits before the next attempt to connect, longer after each failure in a row.
    mutating func backOff(_ backoff: Backoff, using generator: inout SplitMix64, now: MonotonicTime)
    {
        failuresInARow += 1
        let delay = backoff.delay(afterFailures: failuresInARow, using: &generator)
        reconnectTime = now.advanced(by: delay)
    }

    /// A complete response arrived.
    mutating func answered(now: MonotonicTime) {
        failuresInARow = 0
        reconnectTime = now
    }

    func isBackingOff(live: Int, now: MonotonicTime) -> Bool {
        failuresInARow > 0 && live == 0 && now < reconnectTime
    }
}

/// When a connection is given up so that a starved one gets its worker.
struct PoolRescue {
    private(set) var isOwed = false
    private(set) var lastTime = MonotonicTime(nanoseconds: .min)
    private var delay: Int64 = 0

    /// A connection was found starved for the first time.
    mutating func begin(grace: Int64) { delay = grace }

    mutating func owe() { isOwed = true }

    mutating func cancel() { isOwed = false }

    /// Whether a connection that is starved still may be rescued once more.
    func isDueAgain(now: MonotonicTime) -> Bool { !isOwed && now >= lastTime.advanced(by: delay) }

    /// A worker comes free. It may go to a neighbour that was there before: the next one is given
    /// up after a wait that doubles.
    mutating func pay(now: MonotonicTime) {
        isOwed = false
        lastTime = now
        delay = delay.multipliedReportingOverflow(by: 2).partialValue
    }
}
