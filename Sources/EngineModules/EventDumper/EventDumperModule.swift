public import EngineCore

/// The engine's event dumper, which writes the events that arrive to a file.
public struct EventDumperModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "eventDumper"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// Starts dumping events (`POST /_internal/event-dumper/activate`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func activate() async throws(EngineError) {
        try await perform(
            "/_internal/event-dumper/activate", EmptyObject(), repeatability: .safe)
    }

    /// Ends dumping events (`POST /_internal/event-dumper/deactivate`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func deactivate() async throws(EngineError) {
        try await perform(
            "/_internal/event-dumper/deactivate", EmptyObject(), repeatability: .safe)
    }

    /// Whether events are being dumped (`POST /_internal/event-dumper/status`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func status() async throws(EngineError) -> EventDumperStatus {
        try await send("/_internal/event-dumper/status", EmptyObject(), repeatability: .safe)
    }
}

extension Engine {
    /// The engine's event dumper.
    public var eventDumper: EventDumperModule { module(EventDumperModule.self) }
}
