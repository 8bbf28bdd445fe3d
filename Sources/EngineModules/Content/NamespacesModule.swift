public import EngineCore

/// The engine's spaces, each with a policy and resources of its own.
public struct NamespacesModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "content.namespaces"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// The names of the spaces (`POST /_internal/content/namespace/list`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func list() async throws(EngineError) -> [String] {
        let reply: ListReply = try await send(
            "/_internal/content/namespace/list", EmptyObject(), repeatability: .safe)
        return reply.spaces
    }

    /// Makes an empty space (`POST /_internal/content/namespace/create`).
    ///
    /// - Throws: `EngineError.Code.http` for a name that is taken or invalid; other
    ///   `EngineError`s: see their codes.
    public func create(_ space: String) async throws(EngineError) {
        try await perform(
            "/_internal/content/namespace/create", SpaceSelection(space: space),
            repeatability: .unsafe)
    }

    /// Removes a space with all that is in it (`POST /_internal/content/namespace/delete`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown space; other `EngineError`s: see their
    ///   codes.
    public func delete(_ space: String) async throws(EngineError) {
        try await perform(
            "/_internal/content/namespace/delete", SpaceSelection(space: space),
            repeatability: .unsafe)
    }

    /// Fills a space from one document (`POST /_internal/content/namespace/import`).
    ///
    /// - Parameters:
    ///   - jsonContent: The policy and the resources: the text of a JSON object with a `policy`.
    ///   - space: The space to fill.
    ///   - force: Whether to leave the content unchecked.
    /// - Throws: `EngineError.Code.http` when the engine can't use the content; other
    ///   `EngineError`s: see their codes.
    public func `import`(
        _ jsonContent: String, into space: String, force: Bool = false
    ) async throws(EngineError) {
        try await perform(
            "/_internal/content/namespace/import",
            ImportRequest(space: space, jsonContent: jsonContent, force: force),
            repeatability: .unsafe)
    }

    private struct ListReply: Decodable {
        let spaces: [String]
    }

    private struct ImportRequest: Encodable {
        let space: String
        let jsonContent: String
        let force: Bool
    }
}
