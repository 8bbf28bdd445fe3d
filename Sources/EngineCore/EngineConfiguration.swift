public import Logging
public import Metrics
public import Tracing

/// How a client talks to its engine.
public struct EngineConfiguration: Sendable {
    /// The Wazuh Engine's API socket.
    public static let defaultSocketPath = "/var/ossec/queue/sockets/engine-api"

    /// The engines' sockets, each a path or the same as a `unix:` URL; the first is the preferred
    /// one where ``balancing`` knows an order. Anything with another scheme makes requests fail
    /// with ``EngineError/Code/unsupportedProtocol``.
    public var socketPaths: [String]
    /// The only engine's socket, or the first one's. Setting it leaves one.
    public var socketPath: String {
        get { socketPaths.first ?? "" }
        set { socketPaths = [newValue] }
    }
    /// How requests are spread over several engines.
    public var balancing = LoadBalancing.leastRequests
    /// When an engine gets no more requests, and how it gets them back.
    public var health = HealthPolicy()
    /// How the client sees for itself whether its engines are ready; nil to go by its requests alone.
    public var healthCheck: HealthCheck?
    /// Whether requests fail at once, with ``EngineError/Code/connection``, while no engine is well.
    /// Otherwise they are tried all the same, and the retries bridge a short outage.
    public var rejectsWhenUnhealthy = false
    /// How often a request is tried again when that is safe; 0 for never.
    public var retries: Int
    /// From the call to the complete response, retries included; with ``Engine/stream(_:)`` to the
    /// final response's head. Must be more than zero; `.unlimited` for none.
    ///
    /// See <doc:Timeouts> for this and the other time limits.
    public var timeout: Duration
    /// How long the engine may leave a streamed response without progress, once its head is there.
    /// Must be more than zero; `.unlimited` for none.
    ///
    /// Time in which the caller has the next move does not count.
    public var stallTimeout = Duration.seconds(5)
    /// From the call to the last byte of the response, streamed bodies and the caller's own time
    /// included. Must be more than zero; `.unlimited`, the default, for none.
    public var totalTimeout = Duration.unlimited
    /// How long a client that is shut down as a service lets its requests go on; `.unlimited` until
    /// they end. With no less than ``timeout`` each ends as it would have.
    public var shutdownTimeout = Duration.seconds(5)
    /// For parts of a request.
    public var phaseTimeouts = PhaseTimeouts()
    /// The waits between tries.
    public var backoff = Backoff()
    /// Connections to each engine at once, at most. The client uses as many as the engine serves at a time.
    public var maximumConnections = 16
    /// Requests that may wait for a connection to the same engine; one more is refused at once.
    public var maximumQueueLength = 16_384
    /// How long an unused connection is kept, `.unlimited` until the engine closes it. It holds one
    /// of the engine's workers meanwhile.
    public var idleTimeout = Duration.seconds(1)
    /// The age at which a connection in use is replaced, which gives the engine's other clients
    /// a turn; `.unlimited` for never.
    public var maximumConnectionAge = Duration.milliseconds(400)
    /// Who must be listening on the socket; nil for anybody.
    public var expectedPeer: ExpectedPeer?
    /// What the socket's file must look like; nil for anything.
    public var socketFile: SocketFileRequirement?
    /// What the engine may make this process hold in memory.
    public var limits = HTTPLimits()
    /// How large the head of a request may be.
    public var requestLimits = RequestLimits()
    /// Whether responses may be compressed, for requests that do not say:
    /// ``EngineRequest/acceptsCompression``.
    public var acceptsCompression = false

    /// Where the client logs to; nowhere by default.
    ///
    /// This, ``metricsFactory`` and ``tracer`` stay those that a client was made with, which
    /// ``Engine/reconfigure(_:)`` leaves alone. The level is asked for with each message.
    public var logger = Self.quietLogger
    /// The same message about the same engine is logged at most once in this time, and the next
    /// one says how often it was held back; zero for each time.
    public var logRepeatInterval = Duration.seconds(5)
    /// Where metrics go; nil for the one that `MetricsSystem` has when the client is made.
    public var metricsFactory: (any MetricsFactory)?
    /// Where calls are traced; nil for the one that `InstrumentationSystem` has when the client is
    /// made.
    public var tracer: (any Tracer)?

    private static let quietLogger = Logger(label: "swift-engine-client") { _ in
        SwiftLogNoOpLogHandler()
    }

    /// Makes a configuration; the defaults suit a Wazuh Engine on this machine.
    public init(
        socketPath: String = Self.defaultSocketPath, retries: Int = 5,
        timeout: Duration = .seconds(5)
    ) {
        socketPaths = [socketPath]
        self.retries = retries
        self.timeout = timeout
    }

    /// Makes a configuration for several engines.
    public init(socketPaths: [String], retries: Int = 5, timeout: Duration = .seconds(5)) {
        self.init(retries: retries, timeout: timeout)
        self.socketPaths = socketPaths
    }

    /// Checks what a client can't work with.
    ///
    /// A client made with such a configuration fails each request, or takes the nearest value that
    /// it can work with; ``Engine/reconfigure(_:)`` refuses it whole.
    ///
    /// - Throws: ``EngineError`` that names the first setting that is not valid.
    public func validate() throws(EngineError) {
        _ = try endpoints()
        try Self.require(retries >= 0, "retries", "0 or more")
        try Self.require(maximumConnections >= 1, "maximumConnections", "1 or more")
        try Self.require(maximumQueueLength >= 0, "maximumQueueLength", "0 or more")
        try Self.require(limits.headSize >= 1, "limits.headSize", "1 or more")
        try Self.require(limits.fieldCount >= 1, "limits.fieldCount", "1 or more")
        try Self.require(limits.bodySize >= 0, "limits.bodySize", "0 or more")
        try Self.require(
            limits.interimResponseCount >= 0, "limits.interimResponseCount", "0 or more")
        let requestLimits = [
            ("targetSize", requestLimits.targetSize, 1), ("fieldSize", requestLimits.fieldSize, 1),
            ("fieldCount", requestLimits.fieldCount, 0),
        ]
        for (name, limit, least) in requestLimits {
            guard let limit else { continue }
            try Self.require(limit >= least, "requestLimits.\(name)", "\(least) or more")
        }
        try validateTimeouts()
        try Self.require([
            ("idleTimeout", idleTimeout), ("maximumConnectionAge", maximumConnectionAge),
            ("healthCheck.interval", healthCheck?.interval),
            ("healthCheck.timeout", healthCheck?.timeout),
        ])
        try Self.require(logRepeatInterval >= .zero, "logRepeatInterval", "0 or more")
        try Self.require(shutdownTimeout >= .zero, "shutdownTimeout", "0 or more")
        try Self.require(backoff.base >= .zero, "backoff.base", "0 or more")
        try Self.require(backoff.maximum >= backoff.base, "backoff.maximum", "backoff.base or more")
        if let check = healthCheck {
            try Self.require(check.request.isSafeToRepeat, "healthCheck.request", "safe to repeat")
            guard case .bytes = check.request.body.content else {
                throw .invalid("healthCheck.request", "one whose body is bytes")
            }
        }
    }

    /// Checks the time limits of requests, without which a client can't tell what is wanted of it.
    func validateTimeouts() throws(EngineError) {
        try Self.require([
            ("timeout", timeout), ("stallTimeout", stallTimeout), ("totalTimeout", totalTimeout),
            ("phaseTimeouts.waiting", phaseTimeouts.waiting),
            ("phaseTimeouts.connecting", phaseTimeouts.connecting),
            ("phaseTimeouts.writing", phaseTimeouts.writing),
            ("phaseTimeouts.firstByte", phaseTimeouts.firstByte),
            ("phaseTimeouts.betweenBytes", phaseTimeouts.betweenBytes),
        ])
    }

    private static func require(_ limits: [(name: String, duration: Duration?)]) throws(EngineError)
    {
        for limit in limits {
            guard let duration = limit.duration else { continue }
            try require(duration > .zero, limit.name, "more than 0, or .unlimited")
        }
    }

    private static func require(
        _ condition: Bool, _ setting: String, _ rule: String
    ) throws(EngineError) {
        if !condition { throw .invalid(setting, rule) }
    }

    /// The checked paths behind ``socketPaths``.
    func endpoints() throws(EngineError) -> [SocketPath] {
        var paths: [SocketPath] = []
        for address in socketPaths { paths.append(try Self.endpoint(address)) }
        try Self.require(!paths.isEmpty, "socketPaths", "one or more")
        try Self.require(Set(paths).count == paths.count, "socketPaths", "different ones")
        return paths
    }

    private static func endpoint(_ address: String) throws(EngineError) -> SocketPath {
        let path = try path(from: address)
        do throws(SocketPath.Invalid) {
            return try SocketPath(path)
        } catch {
            throw .invalidSocketPath(error, path: path)
        }
    }

    private static func path(from address: String) throws(EngineError) -> String {
        guard let colon = address.firstIndex(of: ":"), !address.hasPrefix("/"),
            !address[..<colon].isEmpty,
            address[..<colon].utf8.allSatisfy(\.isSchemeCharacter)
        else { return address }
        let rest = address[address.index(after: colon)...]
        let isURL = rest.hasPrefix("//")
        guard address[..<colon].lowercased() == "unix" else {
            // `name:1` is a relative path; `tcp://name` asks for another protocol.
            if !isURL { return address }
            throw .unsupportedScheme(String(address[..<colon]))
        }
        return String(isURL ? rest.dropFirst(2) : rest)
    }
}

extension UInt8 {
    fileprivate var isSchemeCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
