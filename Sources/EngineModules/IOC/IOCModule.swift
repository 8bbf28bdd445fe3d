public import EngineCore

/// The engine's indicators of compromise.
public struct IOCModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "ioc"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// Has the engine load indicators from a file; ``state()`` tells how far it is
    /// (`POST /content/ioc/update`).
    ///
    /// - Parameters:
    ///   - path: The file as the engine sees it: newline-delimited JSON, an indicator a line.
    ///   - hash: The file's MD5 hash in hexadecimal; nothing is loaded when it is that in use.
    /// - Throws: `EngineError.Code.http` when there is no such file; other `EngineError`s: see
    ///   their codes.
    public func update(path: String, hash: String) async throws(EngineError) {
        try await perform(
            "/content/ioc/update", UpdateRequest(path: path, hash: hash), repeatability: .safe)
    }

    /// Which indicators are in use, and how the last update went (`GET /content/ioc/state`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func state() async throws(EngineError) -> IOCState {
        try await send("/content/ioc/state", repeatability: .safe)
    }

    private struct UpdateRequest: Encodable {
        let path: String
        let hash: String
    }
}

extension Engine {
    /// The engine's indicators of compromise.
    public var ioc: IOCModule { module(IOCModule.self) }
}
