/// How an answer goes wrong on purpose. The request is run first: what is lost is the answer.
public enum Fault: Sendable, Hashable {
    /// The answer comes later by this long.
    case delay(Duration)
    /// Only this many bytes of the answer are sent, then the connection is closed.
    case truncate(at: Int)
    /// The connection is closed without an answer.
    ///
    /// A Unix socket knows no reset of its own: to a client whose request was read to its end this
    /// is the end of the stream, as when the engine dies.
    case reset
    /// These bytes are sent instead of the answer.
    case garbage([UInt8] = Array("\u{0}no HTTP\r\n\r\n".utf8))
    /// Nothing is answered; the connection stays open until the client closes it.
    case neverAnswer
    /// The connection is closed after its answer of this number, counted from 1, or a later one; no
    /// answer announces it.
    case closeAfter(Int)
}

/// Which answers go wrong, and how.
public struct FaultRule: Sendable {
    /// When a rule that a request fits takes effect.
    public enum Occurrence: Sendable, Hashable {
        /// Each time.
        case always
        /// For these requests among those that the rule fits, counted from 1.
        case requests(ClosedRange<Int>)
        /// With this probability, from 0 to 1.
        case probability(Double)

        /// For the request of this number among those that the rule fits, counted from 1.
        public static func request(_ number: Int) -> Occurrence { .requests(number...number) }
    }

    /// What happens.
    public var fault: Fault
    /// The path, without a query, of the requests that the rule fits; nil for all.
    public var path: String?
    /// When it happens.
    public var occurrence: Occurrence

    /// Makes a rule.
    public init(_ fault: Fault, path: String? = nil, occurrence: Occurrence = .always) {
        self.fault = fault
        self.path = path
        self.occurrence = occurrence
    }
}
