public import EngineCore

/// The policies of the engine's spaces: which content takes events, and in which order.
public struct PoliciesModule: EngineModule {
    /// The name under which the module can be registered.
    public static let name = "content.policies"
    /// The engine that the module talks to.
    public let engine: Engine

    /// Makes the module for an engine.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// Gives a space its policy, in place of any that it has
    /// (`POST /_internal/content/policy/upsert`).
    ///
    /// - Parameters:
    ///   - jsonContent: The policy, a JSON object.
    ///   - space: The space.
    /// - Throws: `EngineError.Code.http` for an unknown space or an invalid policy; other
    ///   `EngineError`s: see their codes.
    public func upsert(
        _ jsonContent: JSONValue, in space: String
    ) async throws(EngineError) {
        try await perform(
            "/_internal/content/policy/upsert",
            UpsertRequest(space: space, jsonContent: jsonContent), repeatability: .safe)
    }

    /// Takes a space's policy away; no error when it has none
    /// (`POST /_internal/content/policy/delete`).
    ///
    /// - Throws: `EngineError`: see its codes.
    public func delete(in space: String) async throws(EngineError) {
        try await perform(
            "/_internal/content/policy/delete", SpaceSelection(space: space),
            repeatability: .unsafe)
    }

    /// Checks a policy with all its resources (`POST /content/validate/policy`).
    ///
    /// - Parameters:
    ///   - fullPolicy: The policy and its resources, a JSON object.
    ///   - space: The space that it is meant for.
    ///   - loadInTester: Whether a valid one is left in the space's testing session, for
    ///     ``TesterModule/logtest(_:)``.
    /// - Throws: `EngineError.Code.http` for an invalid policy; other `EngineError`s: see their
    ///   codes.
    public func validate(
        _ fullPolicy: JSONValue, in space: String, loadInTester: Bool = false
    ) async throws(EngineError) {
        try await perform(
            "/content/validate/policy",
            ValidateRequest(loadInTester: loadInTester, fullPolicy: fullPolicy, space: space),
            repeatability: .safe)
    }

    private struct UpsertRequest: Encodable {
        let space: String
        let jsonContent: JSONValue
    }

    private struct ValidateRequest: Encodable {
        let loadInTester: Bool
        let fullPolicy: JSONValue
        let space: String

        enum CodingKeys: String, CodingKey {
            case loadInTester = "load_in_tester"
            case fullPolicy = "full_policy"
            case space
        }
    }
}
