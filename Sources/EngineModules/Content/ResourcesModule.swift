public import EngineCore

/// The resources in the engine's spaces: decoders, filters, outputs, integrations, key-value
/// databases.
public struct ResourcesModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "content.resources"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// The resources of one type in a space (`POST /_internal/content/list`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown type or space; other `EngineError`s:
    ///   see their codes.
    public func list(
        _ type: ResourceType, in space: String
    ) async throws(EngineError) -> [ResourceSummary] {
        let reply: ListReply = try await send(
            "/_internal/content/list", Selection(space: space, type: type), repeatability: .safe)
        return reply.resources
    }

    /// One resource, a JSON object (`POST /_internal/content/get`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown UUID or space; other `EngineError`s:
    ///   see their codes.
    public func get(uuid: String, in space: String) async throws(EngineError) -> JSONValue {
        let reply: Content = try await send(
            "/_internal/content/get", Selection(space: space, uuid: uuid), repeatability: .safe)
        return reply.jsonContent
    }

    /// Puts a resource into a space, in place of one with its UUID
    /// (`POST /_internal/content/upsert`).
    ///
    /// - Parameters:
    ///   - jsonContent: The resource, a JSON object.
    ///   - type: What it is.
    ///   - space: The space.
    /// - Throws: `EngineError.Code.http` for an unknown type or space, or an invalid resource;
    ///   other `EngineError`s: see their codes.
    public func upsert(
        _ jsonContent: JSONValue, type: ResourceType, in space: String
    ) async throws(EngineError) {
        try await perform(
            "/_internal/content/upsert",
            Selection(space: space, type: type, jsonContent: jsonContent), repeatability: .safe)
    }

    /// Removes a resource (`POST /_internal/content/delete`).
    ///
    /// - Throws: `EngineError.Code.http` for an unknown UUID or space; other `EngineError`s:
    ///   see their codes.
    public func delete(uuid: String, in space: String) async throws(EngineError) {
        try await perform(
            "/_internal/content/delete", Selection(space: space, uuid: uuid),
            repeatability: .unsafe)
    }

    /// Checks a resource by itself (`POST /content/validate/resource`).
    ///
    /// - Parameters:
    ///   - resource: The resource, a JSON object.
    ///   - type: What it is.
    /// - Throws: `EngineError.Code.http` for an unknown type or an invalid resource; other
    ///   `EngineError`s: see their codes.
    public func validate(_ resource: JSONValue, type: ResourceType) async throws(EngineError) {
        try await perform(
            "/content/validate/resource", ValidateRequest(type: type, resource: resource),
            repeatability: .safe)
    }

    private struct Selection: Encodable {
        let space: String
        var type: ResourceType?
        var uuid: String?
        var jsonContent: JSONValue?
    }

    private struct ListReply: Decodable {
        let resources: [ResourceSummary]
    }

    private struct Content: Decodable {
        let jsonContent: JSONValue
    }

    private struct ValidateRequest: Encodable {
        let type: ResourceType
        let resource: JSONValue
    }
}
