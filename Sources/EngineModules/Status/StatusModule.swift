public import EngineCore

/// Whether the engine is ready, and the state of what it works with.
public struct StatusModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "status"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// The engine's state now (`GET /status`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func get() async throws(EngineError) -> EngineStatus {
        try await send("/status", repeatability: .safe)
    }
}

extension Engine {
    /// Whether the engine is ready, and the state of what it works with.
    public var status: StatusModule { module(StatusModule.self) }
}
