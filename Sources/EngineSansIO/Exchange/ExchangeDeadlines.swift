/// What an exchange is doing.
package enum ExchangePhase: String, Sendable, CaseIterable {
    case lookingUp
    case opening
    /// Between two tries: the next one may begin when the producer of its body has ended.
    case awaitingProducer
    case waiting
    case connecting
    case writing
    case awaiting
    case receiving

    /// Whether it is in no endpoint's queue, and on no connection.
    package var isParked: Bool {
        switch self {
        case .lookingUp, .opening, .awaitingProducer: true
        case .waiting, .connecting, .writing, .awaiting, .receiving: false
        }
    }

    package var isOnConnection: Bool {
        switch self {
        case .lookingUp, .opening, .awaitingProducer, .waiting, .connecting: false
        case .writing, .awaiting, .receiving: true
        }
    }
}

/// A time limit of an exchange, by the setting that controls it.
package enum ExchangeLimit: Sendable, Hashable {
    case timeout
    case stallTimeout
    case totalTimeout
    case healthCheckTimeout
    case phase(ExchangePhase)
}

/// Limits of single phases, in nanoseconds; nil for none.
package struct PhaseLimits: Sendable, Hashable {
    package var waiting: Int64?
    package var connecting: Int64?
    package var writing: Int64?
    package var firstByte: Int64?
    package var betweenBytes: Int64?

    package init() {}

    package var isEmpty: Bool { self == PhaseLimits() }

    package subscript(phase: ExchangePhase) -> Int64? {
        switch phase {
        case .lookingUp, .opening, .awaitingProducer: nil
        case .waiting: waiting
        case .connecting: connecting
        case .writing: writing
        case .awaiting: firstByte
        case .receiving: betweenBytes
        }
    }
}

/// When an exchange has taken too long.
///
/// `timeout` counts from the call to the end of the response; where the response is streamed, to its
/// head, and from there on `stallTimeout` for each stretch without progress. `totalTimeout` counts all
/// of it. Phases have limits of their own. While the caller has the next move, only `totalTimeout`
/// counts.
///
/// Contract: report each change of phase and each progress with ``enter(_:_:limit:now:)``; look at
/// ``passedLimit(now:)`` when ``earliest`` has come.
package struct ExchangeDeadlines: Sendable {
    /// How far the exchange is, where that extends its time.
    package struct Progress: Sendable {
        /// Bytes of the request that the kernel has taken.
        package let bytesSent: Int
        package let isWritten: Bool

        package init(bytesSent: Int, isWritten: Bool) {
            self.bytesSent = bytesSent
            self.isWritten = isWritten
        }
    }

    package private(set) var phase = ExchangePhase.waiting
    /// When ``passedLimit(now:)`` is due.
    package private(set) var earliest: MonotonicTime
    /// When `timeout` or `stallTimeout` passes, or `totalTimeout` if that is earlier.
    private var deadline: MonotonicTime
    private let total: MonotonicTime
    private var phaseDeadline = MonotonicTime.distantFuture
    /// The rest of `timeout` while the caller has the next move.
    private var timeLeft: Int64?
    private let timeout: Int64
    private let isStream: Bool
    private let isProbe: Bool
    private var hasHead = false
    private var bytesSentBefore = 0
    private var isBeingWritten = false

    /// - Parameters:
    ///   - timeout: Nanoseconds; `.max` for none.
    ///   - totalTimeout: Nanoseconds; `.max` for none.
    package init(
        startedAt: MonotonicTime, timeout: Int64, totalTimeout: Int64, isStream: Bool,
        isProbe: Bool
    ) {
        self.timeout = timeout
        self.isStream = isStream
        self.isProbe = isProbe
        total = totalTimeout == .max ? .distantFuture : startedAt.advanced(by: totalTimeout)
        deadline = timeout == .max ? total : min(startedAt.advanced(by: timeout), total)
        earliest = deadline
    }

    /// The exchange has a head for its caller, from where `stallTimeout` counts.
    package mutating func receivedHead() { hasHead = true }

    /// Enters a phase, or makes progress within one.
    ///
    /// - Parameters:
    ///   - progress: On a connection; nil without one.
    ///   - limit: The phase's limit.
    ///   - stallTimeout: Nanoseconds; `.max` for none.
    package mutating func enter(
        _ phase: ExchangePhase, _ progress: Progress?, limit: Int64?, stallTimeout: Int64,
        now: MonotonicTime
    ) {
        if isStream { extend(progress, stallTimeout: stallTimeout, now: now) }
        self.phase = phase
        phaseDeadline = limit.map(now.advanced(by:)) ?? .distantFuture
        earliest = min(deadline, phaseDeadline)
    }

    /// The caller has the next move: a producer makes the body, or a consumer takes it.
    package mutating func enterCallersTurn(
        _ phase: ExchangePhase, _ progress: Progress?, stallTimeout: Int64, now: MonotonicTime
    ) {
        enter(phase, progress, limit: nil, stallTimeout: stallTimeout, now: now)
        guard isStream else { return }
        timeLeft = timeLeft ?? deadline.nanoseconds(since: now)
        deadline = total
        earliest = deadline
    }

    /// Restarts the clock with the time that was left when the caller's turn began.
    package mutating func resumeClock(now: MonotonicTime) {
        guard let timeLeft else { return }
        restart(timeLeft, now: now)
        earliest = min(deadline, phaseDeadline)
    }

    // Before the head only an engine that takes more of the request's body gets more time: with
    // bytes of a response, a head that comes byte by byte would have no limit.
    private mutating func extend(_ progress: Progress?, stallTimeout: Int64, now: MonotonicTime) {
        guard let progress else {
            isBeingWritten = false
            return
        }
        let hasSentMore = isBeingWritten && progress.bytesSent > bytesSentBefore
        isBeingWritten = !progress.isWritten
        bytesSentBefore = progress.bytesSent
        if hasHead {
            restart(stallTimeout, now: now)
        } else if hasSentMore {
            restart(timeout, now: now)
        } else {
            resumeClock(now: now)
        }
    }

    private mutating func restart(_ nanoseconds: Int64, now: MonotonicTime) {
        deadline = min(now.advanced(by: nanoseconds), total)
        timeLeft = nil
    }

    /// Whether part of a large write went out since the clock was set: then the clock restarts.
    package func hasProgressed(to bytesSent: Int) -> Bool {
        isStream && bytesSent > bytesSentBefore
    }

    /// Whether `timeout`, `stallTimeout` or `totalTimeout` has passed.
    package func isOver(now: MonotonicTime) -> Bool { deadline <= now }

    /// The limit that has passed, when ``earliest`` has come.
    package func passedLimit(now: MonotonicTime) -> ExchangeLimit {
        guard deadline <= now else { return .phase(phase) }
        if total <= now { return .totalTimeout }
        if isProbe { return .healthCheckTimeout }
        return hasHead ? .stallTimeout : .timeout
    }

    /// The value of `totalTimeout` in nanoseconds from a time on.
    package func total(since start: MonotonicTime) -> Int64 { total.nanoseconds(since: start) }
}
