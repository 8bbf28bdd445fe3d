/// How long each part of a request may take, beside ``EngineConfiguration/timeout`` for the whole.
///
/// All are nil by default, which is the same as `Duration.unlimited`. The error of a limit that
/// passed names the setting and its value: "the phaseTimeouts.firstByte limit of 2 s passed while
/// waiting for the response". See <doc:Timeouts>.
public struct PhaseTimeouts: Sendable, Hashable {
    /// Waiting in the queue for a connection to come free.
    public var waiting: Duration?
    /// Waiting while there is no connection at all: attempts, and the pauses between them.
    public var connecting: Duration?
    /// Handing the request to the kernel, which a full socket holds up.
    public var writing: Duration?
    /// From the last byte of the request to the first one of the response.
    public var firstByte: Duration?
    /// Between two arrivals of response bytes.
    public var betweenBytes: Duration?

    /// No limits.
    public init() {}

    var isEmpty: Bool { self == PhaseTimeouts() }

    var limits: PhaseLimits {
        var limits = PhaseLimits()
        limits.waiting = waiting?.clampedNanoseconds
        limits.connecting = connecting?.clampedNanoseconds
        limits.writing = writing?.clampedNanoseconds
        limits.firstByte = firstByte?.clampedNanoseconds
        limits.betweenBytes = betweenBytes?.clampedNanoseconds
        return limits
    }
}

extension ExchangePhase {
    var activity: String {
        switch self {
        case .lookingUp: "looking up the engine's user"
        case .opening: "opening the body's file"
        case .awaitingProducer: "waiting for the body's producer to end"
        case .waiting: "waiting for a connection"
        case .connecting: "connecting"
        case .writing: "writing the request"
        case .awaiting: "waiting for the response"
        case .receiving: "receiving the response"
        }
    }

    /// The setting that limits it.
    var limitName: String {
        switch self {
        // Without a limit of their own.
        case .lookingUp, .opening, .awaitingProducer: "timeout"
        case .waiting: "phaseTimeouts.waiting"
        case .connecting: "phaseTimeouts.connecting"
        case .writing: "phaseTimeouts.writing"
        case .awaiting: "phaseTimeouts.firstByte"
        case .receiving: "phaseTimeouts.betweenBytes"
        }
    }
}
