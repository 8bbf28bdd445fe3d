internal import EngineCore
internal import EngineModules
internal import EngineSansIO

extension Endpoint {
    static let policies = [
        Endpoint(
            .post, "/_internal/content/policy/upsert",
            fields: [.string("space"), .object("jsonContent")],
            running: { (state: inout EngineState, request) throws(Refusal) in
                let space = try request.required("space")
                guard let policy = request.object("jsonContent") else {
                    throw Refusal("Field /jsonContent cannot be empty")
                }
                _ = try EndpointRequest.checked(space)
                try Refusal.during("Failed to upsert policy in namespace '\(space)'") {
                    () throws(Refusal) in
                    try PolicyRules.check(policy, in: state.content.namespace(space))
                }
                state.content.namespaces[space]?.policy = policy
                state.content.namespaces[space]?.policyChangedAt = request.seconds
            }),
        Endpoint(
            .post, "/_internal/content/policy/delete", fields: [.string("space")],
            running: { (state: inout EngineState, request) throws(Refusal) in
                let space = try request.space()
                try Refusal.during("Failed to delete policy in namespace '\(space)'") {
                    () throws(Refusal) in _ = try state.content.namespace(space)
                }
                // No error where there is none.
                state.content.namespaces[space]?.policy = nil
            }),
        Endpoint(
            .post, "/content/validate/policy",
            fields: [.boolean("load_in_tester"), .object("full_policy"), .string("space")],
            running: validate),
    ]

    /// Imports a policy under a name of its own. Where it is to be loaded, and is enabled and has
    /// integrations, it stays there for the space's session; a policy that is not ends the session.
    private static func validate(
        _ state: inout EngineState, _ request: EndpointRequest
    ) throws(Refusal) {
        guard let document = request.object("full_policy"), document != [:] else {
            throw Refusal("Missing full policy")
        }
        let space = try request.required("space")
        let isLoaded = request.optionalBoolean("load_in_tester") ?? false
        let name = state.content.newName(isLoaded ? "logtest_" : "tmp_policy_validate_")
        let policy = try state.content.add(
            name, from: document, isChecked: false, at: request.seconds)
        guard isLoaded else {
            state.content.namespaces[name] = nil
            return
        }
        state.endLogtest(in: space)
        var hasIntegrations = false
        if case .array(let integrations)? = policy["integrations"] {
            hasIntegrations = !integrations.isEmpty
        }
        guard hasIntegrations, policy["enabled"] == true else {
            state.content.namespaces[name] = nil
            return
        }
        state.tester.sessions[space] = .init(
            TesterSession(
                name: space, namespaceID: name,
                description: "wazuh-indexer auto created session"))
    }
}
