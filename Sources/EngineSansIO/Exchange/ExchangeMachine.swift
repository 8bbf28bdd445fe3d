/// One request on one connection: written, awaited, received.
///
/// Contract: tell of events in the order in which they happen, carry out the answer. After
/// `complete` or `fail` the machine is at its end and every event is a no-op, so that events which
/// cross each other end the request exactly once. ``begin(requestSize:hasBody:)`` makes it the next
/// request's.
package struct ExchangeMachine: Sendable {
    private enum State {
        /// Part of the request is still ours. Can become `awaiting`, `writeBroken`, `receiving` or
        /// `ended`.
        case writing
        /// All written, nothing received. Can become `receiving` or `ended`.
        case awaiting
        /// The peer stopped reading; a response that it sent before can still arrive. Can become
        /// `receiving` or `ended`.
        case writeBroken
        /// Part of a response is here. Can become `ended`.
        case receiving
        /// Can become `writing`, for another request.
        case ended
    }

    /// What ends a request.
    package enum Action: Hashable, Sendable {
        case none
        /// The response is complete.
        case complete(PoolRelease)
        /// The request failed; its connection is of no more use.
        case fail(RequestDelivery)
    }

    // A server reads at least a page at a time: a request within one is read whole or not at all.
    // See ``RequestDelivery/notRead`` for what follows from that.
    private static let pageSize = 4_096

    private var state = State.ended
    /// Whether a peer with bytes of the request unread can't have run it.
    private var isReadWhole = true
    /// Whether the kernel has taken all of the request.
    package private(set) var isWritten = false
    private var isPartlySent = false
    private var persists = false
    private var hint: KeepAliveHint?

    /// A machine at its end.
    package init() {}

    /// A machine at the start of a request.
    package init(requestSize: Int, hasBody: Bool = true) {
        self.init()
        begin(requestSize: requestSize, hasBody: hasBody)
    }

    /// Starts with a request of which nothing is written.
    ///
    /// - Parameters:
    ///   - requestSize: Bytes of head and body.
    ///   - hasBody: Whether a server could begin with the head alone.
    package mutating func begin(requestSize: Int, hasBody: Bool) {
        state = .writing
        isReadWhole = !hasBody || requestSize <= Self.pageSize
        isWritten = false
        isPartlySent = false
        hasResponse = false
        persists = false
        hint = nil
    }

    /// Whether the request has ended.
    package var hasEnded: Bool {
        if case .ended = state { true } else { false }
    }

    /// Whether a byte of a response has arrived.
    package private(set) var hasResponse = false

    /// Whether writing failed.
    package var isWriteBroken: Bool {
        if case .writeBroken = state { true } else { false }
    }

    /// The kernel has taken some of the request.
    package mutating func sentPart() {
        isPartlySent = true
    }

    /// The kernel has taken all of the request.
    package mutating func sentAll() {
        isPartlySent = true
        isWritten = true
        if case .writing = state { state = .awaiting }
    }

    /// Writing failed: what the peer sent before it closed may still be read.
    package mutating func failedToWrite() {
        if case .writing = state { state = .writeBroken }
    }

    /// Response bytes have arrived.
    package mutating func received() {
        guard !hasEnded else { return }
        hasResponse = true
        state = .receiving
    }

    /// The final response's head has been parsed.
    package mutating func receivedHead(_ head: ResponseHead) {
        hint = head.keepAliveHint
        // The engine sends an empty 400 when it has lost track of where requests begin.
        let isEmpty = head.framing == .none || head.framing == .length(0)
        persists = head.persists && !(head.status == 400 && isEmpty)
    }

    /// The response is complete.
    ///
    /// - Parameter hasLeftover: Whether bytes follow that answer nothing.
    package mutating func receivedEnd(hasLeftover: Bool) -> Action {
        guard !hasEnded else { return .none }
        state = .ended
        // A response before the whole request was sent leaves the rest in the way.
        return .complete(persists && isWritten && !hasLeftover ? .reusable(hint) : .closedByPeer)
    }

    /// The connection ended before the response did.
    ///
    /// - Parameter isReset: Whether the peer closed with bytes of ours unread.
    package mutating func lost(isReset: Bool) -> Action {
        guard !hasEnded else { return .none }
        let delivery: RequestDelivery =
            if hasResponse {
                .unknown
            } else if !isPartlySent {
                .neverSent
            } else if isReset {
                isReadWhole ? .notRead : .unknown
            } else {
                isWritten ? .consumed : .unknown
            }
        return end(delivery)
    }

    /// The response breaks the protocol or a limit.
    package mutating func receivedGarbage() -> Action {
        end(.unknown)
    }

    /// The caller gave up, or a deadline passed.
    ///
    /// - Parameter isUnread: Whether the peer has left bytes unread; nil when nobody can tell.
    package mutating func abandon(isUnread: Bool?) -> Action {
        let delivery: RequestDelivery =
            if !isPartlySent {
                .neverSent
            } else if hasResponse {
                isWritten ? .consumed : .unknown
            } else {
                switch isUnread {
                case true?: isReadWhole ? .notRead : .unknown
                case false?: isWritten ? .consumed : .unknown
                case nil: .unknown
                }
            }
        return end(delivery)
    }

    private mutating func end(_ delivery: RequestDelivery) -> Action {
        guard !hasEnded else { return .none }
        state = .ended
        return .fail(delivery)
    }
}
