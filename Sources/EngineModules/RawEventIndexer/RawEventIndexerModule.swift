public import EngineCore

/// The engine's indexer of raw events.
public struct RawEventIndexerModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "rawEventIndexer"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// Whether raw events are indexed (`POST /_internal/raweventindexer/status`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func status() async throws(EngineError) -> RawEventIndexerStatus {
        try await send("/_internal/raweventindexer/status", EmptyObject(), repeatability: .safe)
    }
}

extension Engine {
    /// The engine's indexer of raw events.
    public var rawEventIndexer: RawEventIndexerModule { module(RawEventIndexerModule.self) }
}
