public import EngineCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A server on a real socket that behaves like a Wazuh Engine, to test clients and modules against.
///
/// It answers from its ``EngineState``, which requests change and ``state(_:)`` shows, or as a
/// handler of the test's own says.
///
/// With ``Configuration/workers`` set it serves as many connections at a time and leaves the others
/// unaccepted, as the engine's worker pool does.
public final class EmbeddedEngine: Sendable {
    /// Answers a request.
    public typealias Handler = @Sendable (EmbeddedRequest) async -> EmbeddedResponse

    /// How the server behaves.
    public struct Configuration: Sendable {
        /// Where to listen; nil for a new path in the temporary directory.
        public var socketPath: String?
        /// Connections served at a time; nil for all that come.
        public var workers: Int?
        /// Connections that may wait to be accepted.
        public var backlog = 5
        /// How long a connection may be silent.
        public var idleTimeout = Duration.seconds(5)
        /// Responses on one connection; the last one announces the close.
        public var requestsPerConnection = 100
        /// A pause between a request's run and its answer: before each one, unless ``latencyEvery`` says otherwise.
        public var latency = Duration.zero
        /// Which answers the latency delays: with N that to the Nth request, the 2Nth and so on,
        /// counted over all connections in the order in which the requests arrive. 1 for all.
        public var latencyEvery = 1

        /// Which answers go wrong.
        public var faults: [FaultRule] = []
        /// What the faults that have a probability are drawn with.
        public var faultSeed: UInt64 = 1

        /// Whether ``EmbeddedEngine/executedRequests()`` is kept; it grows with each request.
        public var recordsRequests = true

        /// Called with each request that is run: on the loop's thread, once all of the request has
        /// been read and before its latency and its answer.
        public var onRequest: (@Sendable (EmbeddedRequest) -> Void)?

        /// A server without a limit on connections.
        public init() {}

        /// A server with a worker pool of this size, as the measured engine has one.
        public static func workerPool(_ workers: Int) -> Configuration {
            var configuration = Configuration()
            configuration.workers = workers
            return configuration
        }
    }

    /// Where the server listens.
    public let socketPath: String
    private let server: EmbeddedServer

    private init(socketPath: String, server: EmbeddedServer) {
        self.socketPath = socketPath
        self.server = server
    }

    /// Starts an engine.
    ///
    /// - Parameters:
    ///   - configuration: How it behaves.
    ///   - state: What it knows at its start.
    ///   - loop: The loop to serve on.
    /// - Throws: `SocketPath.Invalid` for a path that no socket can have, and `LibUVError`,
    ///   for example `LibUVError.addressInUse`.
    public static func start(
        _ configuration: Configuration = .init(), state: EngineState = .init(),
        loop: EngineLoop = .shared
    ) async throws -> EmbeddedEngine {
        var state = state
        state.startedAt = state.startedAt ?? EngineState.currentTime
        return try await start(configuration, loop: loop, state: state, handler: nil)
    }

    /// Starts a server that answers as a handler says; there is no state behind it.
    ///
    /// - Parameters:
    ///   - configuration: How it behaves.
    ///   - loop: The loop to serve on.
    ///   - handler: Answers the requests.
    /// - Throws: `SocketPath.Invalid` for a path that no socket can have, and `LibUVError`,
    ///   for example `LibUVError.addressInUse`.
    public static func start(
        _ configuration: Configuration = .init(), loop: EngineLoop = .shared,
        handler: @escaping Handler
    ) async throws -> EmbeddedEngine {
        try await start(configuration, loop: loop, state: EngineState(), handler: handler)
    }

    private static func start(
        _ configuration: Configuration, loop: EngineLoop, state: EngineState, handler: Handler?
    ) async throws -> EmbeddedEngine {
        let path = configuration.socketPath ?? newSocketPath()
        let socketPath = try SocketPath(path)
        try loop.start()
        let server = EmbeddedServer(
            loop: loop, configuration: configuration, state: state, handler: handler)
        try await server.listen(on: socketPath)
        return EmbeddedEngine(socketPath: path, server: server)
    }

    /// Looks at what the engine knows, or changes it, between two requests.
    ///
    /// - Parameter body: Runs on the loop's thread.
    /// - Throws: What the body throws.
    public func state<Success: Sendable, Failure: Error>(
        _ body: @Sendable (inout EngineState) throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        try await server.withState(body)
    }

    /// Stops listening, closes every connection and waits until that is done.
    public func stop() async {
        await server.stop()
    }

    /// The requests that were run, in order, without their bodies.
    public func executedRequests() async -> [EmbeddedRequest] {
        await server.executed
    }

    /// Connections open now, and the most that were at once.
    public func connectionCounts() async -> (open: Int, most: Int) {
        await (server.openCount, server.mostOpen)
    }

    /// A path in the temporary directory that nothing uses.
    public static func newSocketPath() -> String {
        let name = "engine-\(UUID().uuidString.prefix(13)).sock"
        return FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    }
}

/// Runs an operation beside an embedded engine that is stopped when the operation ends.
///
/// - Throws: What starting the engine or the operation throws.
public func withEmbeddedEngine<Success>(
    _ configuration: EmbeddedEngine.Configuration = .init(), state: EngineState = .init(),
    loop: EngineLoop = .shared, _ operation: (EmbeddedEngine) async throws -> Success
) async throws -> Success {
    let engine = try await EmbeddedEngine.start(configuration, state: state, loop: loop)
    return try await running(engine, operation)
}

/// Runs an operation beside a server that answers as a handler says, and that is stopped when the
/// operation ends.
///
/// - Throws: What starting the server or the operation throws.
public func withEmbeddedEngine<Success>(
    _ configuration: EmbeddedEngine.Configuration = .init(), loop: EngineLoop = .shared,
    handler: @escaping EmbeddedEngine.Handler,
    _ operation: (EmbeddedEngine) async throws -> Success
) async throws -> Success {
    let engine = try await EmbeddedEngine.start(configuration, loop: loop, handler: handler)
    return try await running(engine, operation)
}

private func running<Success>(
    _ engine: EmbeddedEngine, _ operation: (EmbeddedEngine) async throws -> Success
) async throws -> Success {
    do {
        let success = try await operation(engine)
        await engine.stop()
        return success
    } catch {
        await engine.stop()
        throw error
    }
}
