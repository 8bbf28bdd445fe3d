/// Why a request ended without an answer, or with one that is an error.
///
/// A request that failed on its way says in ``delivery`` whether the engine can have run it.
public struct EngineError: Error, Sendable {
    /// What kind of failure it is, under the numbers of the design document.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The number: 2800 to 2805, and 0 for ``cancelled``.
        public let rawValue: Int

        /// Wraps a number.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// A time limit passed while the engine could be connected to.
        public static let timeout = Code(rawValue: 2800)
        /// The endpoint's scheme is none that the client speaks.
        public static let unsupportedProtocol = Code(rawValue: 2801)
        /// No such socket, refused, no permission, no socket, or the wrong peer; also when a time
        /// limit passed while it was so, which ``EngineError/message`` then says.
        public static let connection = Code(rawValue: 2802)
        /// A status that is not one of 2xx, a refusal by the engine under any status, a malformed
        /// response, or a connection lost on the way to a complete one.
        public static let http = Code(rawValue: 2803)
        /// Anything else: a request that can't be encoded, a queue that is full, a closed client.
        public static let unexpected = Code(rawValue: 2804)
        /// The body is not the JSON that was asked for.
        public static let invalidJSON = Code(rawValue: 2805)
        /// The calling task was cancelled; no error of the design document.
        public static let cancelled = Code(rawValue: 0)

        /// A stable name for logs and scripts.
        public var name: String {
            switch self {
            case .timeout: "timeout"
            case .unsupportedProtocol: "unsupportedProtocol"
            case .connection: "connection"
            case .http: "http"
            case .invalidJSON: "invalidJSON"
            case .cancelled: "cancelled"
            default: "unexpected"
            }
        }
    }

    /// What one try met, when there were several.
    public struct Attempt: Sendable {
        /// What went wrong, such as a `LibUVError`.
        public let failure: any Error
        /// How far the request got.
        public let delivery: RequestDelivery
    }

    /// How far a request got on the connection that it failed on.
    public struct Progress: Sendable, Hashable {
        /// Bytes of the request that the kernel took.
        public let bytesSent: Int
        /// Bytes of a response that arrived.
        public let bytesReceived: Int
        /// Whether the connection had carried a response before.
        public let isReusedConnection: Bool
    }

    /// The kind of failure.
    public var code: Code { storage.code }
    /// The code as the design document lets modules report it: 2801 and 2802 count as 2800.
    public var moduleCode: Code {
        switch code {
        case .unsupportedProtocol, .connection: .timeout
        default: code
        }
    }
    /// What happened, fit to show outside: no paths, no payload.
    public var message: String { storage.message }
    /// The same for the log: with paths, the engine's own words and the system's. One line of at
    /// most a thousand characters or so, control characters escaped.
    public var detail: String { storage.detail }
    /// The error below this one.
    public var underlying: (any Error)? { storage.underlying }
    /// Whether the request can have reached the engine, on the last try or an earlier one.
    public var delivery: RequestDelivery { storage.delivery }
    /// How far the last try got; nil when it had no connection or ended in a whole response.
    public var progress: Progress? { storage.progress }
    /// Whether the same request may well succeed later.
    public var isTransient: Bool { storage.isTransient }
    /// The response, as far as it arrived; nil when no head of one did. Its body may repeat parts
    /// of the request.
    public var response: Response? { storage.response }
    /// The response's status, if there was a response.
    public var httpStatus: Int? { response?.status }
    /// What the engine said of its refusal; may repeat parts of the request.
    public var engineMessage: String? { storage.engineMessage }
    /// How long the engine asks to be left alone (`Retry-After`, RFC 9110 section 10.2.3), from
    /// when the error was made; zero for a time that has passed.
    public var retryAfter: Duration? { storage.retryAfter }
    /// What the tries before the last one met, oldest first.
    public var attempts: [Attempt] { storage.attempts }

    /// Makes an error.
    public init(
        _ code: Code, message: String, detail: String? = nil, underlying: (any Error)? = nil,
        delivery: RequestDelivery, isTransient: Bool = false, response: Response? = nil,
        engineMessage: String? = nil, retryAfter: Duration? = nil
    ) {
        self.init(
            Storage(
                code: code, message: message, detail: (detail ?? message).loggable,
                underlying: underlying,
                delivery: delivery, isTransient: isTransient, response: response,
                engineMessage: engineMessage, retryAfter: retryAfter))
    }

    private struct Storage: Sendable {
        let code: Code
        let message: String
        let detail: String
        let underlying: (any Error)?
        var delivery: RequestDelivery
        let isTransient: Bool
        var response: Response?
        let engineMessage: String?
        let retryAfter: Duration?
        var attempts: [Attempt] = []
        var progress: Progress?
    }

    // Boxed: results that carry an error stay as small as those that carry none.
    private final class Box: Sendable {
        let storage: Storage

        init(_ storage: Storage) {
            self.storage = storage
        }
    }

    private let box: Box

    private var storage: Storage { box.storage }

    private init(_ storage: Storage) {
        box = Box(storage)
    }

    /// The same error with how far the last try got, what of a response it had, and what earlier
    /// ones met.
    func after(
        _ attempts: [Attempt], progress: Progress? = nil, response: Response? = nil
    ) -> EngineError {
        guard !attempts.isEmpty || progress != nil || response != nil else { return self }
        var storage = storage
        storage.response = storage.response ?? response
        storage.progress = progress
        storage.attempts = attempts
        storage.delivery = attempts.reduce(delivery) { $0.combined(with: $1.delivery) }
        return EngineError(storage)
    }
}

extension EngineError: CustomStringConvertible {
    /// Code, name and detail, for logs.
    public var description: String {
        let progress = progress.map { " (\($0))" } ?? ""
        return "\(code.rawValue) \(code.name): \(detail)\(progress)"
    }
}

extension String {
    private static let loggedLength = 1_000

    /// The text as one line without control characters, cut off where it is long.
    fileprivate var loggable: String {
        guard utf8.count > Self.loggedLength || utf8.contains(where: { $0 < 0x20 || $0 >= 0x7f })
        else { return self }
        var line = ""
        for scalar in unicodeScalars.prefix(Self.loggedLength) {
            switch scalar.properties.generalCategory {
            // Line ends, terminal control, and what turns the direction of writing around.
            case .control, .format, .lineSeparator, .paragraphSeparator:
                line += scalar.escaped(asASCII: true)
            default:
                line.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > Self.loggedLength ? line + "…" : line
    }
}

extension EngineError.Progress: CustomStringConvertible {
    /// Both counts and the kind of connection, for logs.
    public var description: String {
        let connection = isReusedConnection ? "reused" : "fresh"
        return "\(connection) connection, \(bytesSent) bytes sent, \(bytesReceived) received"
    }
}
