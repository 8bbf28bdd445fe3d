public import EngineCore

/// The engine's testing sessions, and events tested in them.
public struct TesterModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "tester"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// Every session, in no order (`POST /_internal/tester/table/get`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func table() async throws(EngineError) -> [TesterSessionEntry] {
        let reply: TableReply = try await send(
            "/_internal/tester/table/get", EmptyObject(), repeatability: .safe)
        return reply.sessions
    }

    /// Adds a session (`POST /_internal/tester/session/post`).
    ///
    /// - Throws: `EngineError.Code.http` when the name is taken, or the space or its policy can't
    ///   be used; other `EngineError`s: see their codes.
    public func post(_ session: TesterSession) async throws(EngineError) {
        try await perform(
            "/_internal/tester/session/post", SessionRequest(session: session),
            repeatability: .unsafe)
    }

    /// One session (`POST /_internal/tester/session/get`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown session; other `EngineError`s: see
    ///   their codes.
    public func get(_ name: String) async throws(EngineError) -> TesterSessionEntry {
        let reply: SessionReply = try await send(
            "/_internal/tester/session/get", NameSelection(name: name), repeatability: .safe)
        return reply.session
    }

    /// Removes a session (`POST /_internal/tester/session/delete`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown session; other `EngineError`s: see
    ///   their codes.
    public func delete(_ name: String) async throws(EngineError) {
        try await perform(
            "/_internal/tester/session/delete", NameSelection(name: name), repeatability: .unsafe)
    }

    /// Builds a session anew from the content of its space
    /// (`POST /_internal/tester/session/reload`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown session or content that can't be used;
    ///   other `EngineError`s: see their codes.
    public func reload(_ name: String) async throws(EngineError) {
        try await perform(
            "/_internal/tester/session/reload", NameSelection(name: name), repeatability: .safe)
    }

    /// Tests an event in a session (`POST /_internal/tester/run/post`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown session or asset, or an event in no
    ///   format; other `EngineError`s: see their codes.
    public func run(_ run: TesterRun) async throws(EngineError) -> TesterResult {
        let reply: ResultReply = try await send(
            "/_internal/tester/run/post", run, repeatability: .safe)
        return reply.result
    }

    /// Tests an event in a space's session (`POST /logtest`).
    ///
    /// - Throws: `EngineError.Code.http` for a space without a session; other `EngineError`s:
    ///   see their codes.
    public func logtest(_ logtest: Logtest) async throws(EngineError) -> TesterResult {
        let reply: ResultReply = try await send("/logtest", logtest, repeatability: .safe)
        return reply.result
    }

    /// Ends a space's session; no error when it has none (`DELETE /logtest`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func deleteLogtest(space: String) async throws(EngineError) {
        try await perform(
            "/logtest", SpaceSelection(space: space), method: .delete, repeatability: .safe)
    }

    private struct TableReply: Decodable {
        let sessions: [TesterSessionEntry]
    }

    private struct SessionRequest: Encodable {
        let session: TesterSession
    }

    private struct SessionReply: Decodable {
        let session: TesterSessionEntry
    }

    private struct ResultReply: Decodable {
        let result: TesterResult
    }
}

extension Engine {
    /// The engine's testing sessions.
    public var tester: TesterModule { module(TesterModule.self) }
}
