/// How a client talks to its engine.
public struct EngineConfiguration: Sendable {
    /// The Wazuh Engine's API socket.
    public static let defaultSocketPath = "/var/ossec/queue/sockets/engine-api"

    /// The engine's socket: a path, or the same as a `unix:` URL. Anything with another scheme
    /// makes requests fail with ``EngineError/Code/unsupportedProtocol``.
    public var socketPath: String
    /// How often a request is tried again when that is safe; 0 for never.
    public var retries: Int
    /// From the call to the complete response, retries included. Zero or less expires at once.
    public var timeout: Duration
    /// For parts of a request.
    public var phaseTimeouts = PhaseTimeouts()
    /// The waits between tries.
    public var backoff = Backoff()
    /// Connections at once, at most. The client uses as many as the engine serves at a time.
    public var maximumConnections = 16
    /// Requests that may wait for a connection; one more is refused at once.
    public var maximumQueueLength = 16_384
    /// How long an unused connection is kept. It holds one of the engine's workers meanwhile.
    public var idleTimeout = Duration.seconds(1)
    /// The age at which a connection in use is replaced, which gives the engine's other clients
    /// a turn.
    public var maximumConnectionAge = Duration.milliseconds(400)
    /// Who must be listening on the socket; nil for anybody.
    public var expectedPeer: ExpectedPeer?
    /// What the socket's file must look like; nil for anything.
    public var socketFile: SocketFileRequirement?
    /// What the engine may make this process hold in memory.
    public var limits = HTTPLimits()

    /// Makes a configuration; the defaults suit a Wazuh Engine on this machine.
    public init(
        socketPath: String = Self.defaultSocketPath, retries: Int = 5,
        timeout: Duration = .seconds(5)
    ) {
        self.socketPath = socketPath
        self.retries = retries
        self.timeout = timeout
    }

    /// The checked path behind ``socketPath``.
    func endpoint() throws(EngineError) -> SocketPath {
        let path = try Self.path(from: socketPath)
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
