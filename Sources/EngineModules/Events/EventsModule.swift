public import EngineCore

/// The engine's event stream.
///
/// It is served on a socket of its own: the engine of this module is one whose configuration has
/// that socket's path, and the other modules' engine another one.
///
/// ```swift
/// try await withEngine(configuration: .init(socketPath: eventsSocket)) { engine in
///     let header = try EventHeader(agentID: "001", agentName: "web-1")
///     try await engine.events.post(EventBatch(header: header, events: ["1:/var/log/app:hello"]))
/// }
/// ```
public struct EventsModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "events"
    /// The engine that the module talks to.
    public let engine: Engine

    static let path = "/events/enriched"

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// Sends one batch (`POST /events/enriched`).
    ///
    /// The engine takes events while it reads: a batch that it refuses may have been taken in part.
    ///
    /// - Throws: `EngineError`: see its codes.
    public func post(_ batch: EventBatch) async throws(EngineError) {
        try await post(batch.bytes, repeatability: .unsafe, timeout: nil)
    }

    func post(
        _ batch: [UInt8], repeatability: EngineRequest.Repeatability, timeout: Duration?
    ) async throws(EngineError) {
        var request = EngineRequest(
            .post, Self.path, body: .bytes(batch, contentType: "application/x-ndjson"),
            timeout: timeout)
        request.repeatability = repeatability
        try await engine.execute(request).checkSuccess()
    }
}

extension Engine {
    /// The engine's event stream, for an engine whose socket is that of the events.
    public var events: EventsModule { module(EventsModule.self) }
}
