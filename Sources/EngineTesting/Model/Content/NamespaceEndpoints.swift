internal import EngineCore
internal import EngineSansIO

extension Endpoint {
    private static let space: [RequestField] = [.string("space")]

    static let namespaces = [
        Endpoint(.post, "/_internal/content/namespace/list", lists: ["spaces"]) { state, _ in
            ["spaces": state.content.namespaces.keys.sorted()]
        },
        Endpoint(
            .post, "/_internal/content/namespace/create", fields: space,
            running: { (state: inout EngineState, request) throws(Refusal) in
                let space = try request.space()
                try Refusal.during("Failed to create namespace '\(space)'") {
                    () throws(Refusal) in try state.content.create(space)
                }
            }),
        Endpoint(
            .post, "/_internal/content/namespace/delete", fields: space,
            running: { (state: inout EngineState, request) throws(Refusal) in
                let space = try request.space()
                try Refusal.during("Failed to delete namespace '\(space)'") {
                    () throws(Refusal) in _ = try state.content.namespace(space)
                }
                state.content.namespaces[space] = nil
            }),
        Endpoint(
            .post, "/_internal/content/namespace/import",
            fields: space + [.string("jsonContent"), .boolean("force")],
            running: { (state: inout EngineState, request) throws(Refusal) in
                let space = try request.required("space")
                let text = try request.required("jsonContent")
                try state.content.add(
                    EndpointRequest.checked(space), from: Array(text.utf8),
                    isChecked: request.optionalBoolean("force") != true, at: request.seconds)
            }),
    ]
}

extension ContentState {
    // In the order in which the engine takes them.
    private static let groups = [
        ("kvdbs", "kvdb"), ("decoders", "decoder"), ("filters", "filter"), ("outputs", "output"),
        ("integrations", "integration"),
    ]

    /// Makes a namespace of a document with a policy and resources: all of it or nothing.
    ///
    /// - Parameter isChecked: Whether what the policy names must be there.
    /// - Returns: The policy.
    @discardableResult
    mutating func add(
        _ name: String, from text: [UInt8], isChecked: Bool, at seconds: Int64
    ) throws(Refusal) -> JSONValue {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: text)
        } catch {
            throw Refusal(
                "Failed to import namespace '\(name)': Invalid JSON document for namespace import")
        }
        return try add(name, from: document, isChecked: isChecked, at: seconds)
    }

    /// Makes a namespace of a document with a policy and resources: all of it or nothing.
    @discardableResult
    mutating func add(
        _ name: String, from document: JSONValue, isChecked: Bool, at seconds: Int64
    ) throws(Refusal) -> JSONValue {
        let isTaken = namespaces[name] != nil
        let (namespace, policy) = try Refusal.during("Failed to import namespace '\(name)'") {
            () throws(Refusal) in
            guard !isTaken else {
                throw Refusal(
                    "Namespace '\(name)' already exists. Import is only allowed into a new namespace."
                )
            }
            return try Self.namespace(from: document, isChecked: isChecked)
        }
        namespaces[name] = namespace
        namespaces[name]?.policyChangedAt = seconds
        return policy
    }

    private static func namespace(
        from document: JSONValue, isChecked: Bool
    ) throws(Refusal) -> (Namespace, policy: JSONValue) {
        let policy = try object("policy", in: document)
        let resources = try object("resources", in: document)
        if case .object(let members) = document, members.count != 2 {
            throw Refusal(
                "Invalid namespace import JSON: root object must contain exactly 2 keys: "
                    + "'policy' and 'resources'")
        }
        var namespace = Namespace(policy: policy)
        for (group, type) in groups {
            guard case .array(let elements)? = resources[group] else { continue }
            let rules = try ResourceRules(type)
            for element in elements { try namespace.add(element, rules) }
        }
        try PolicyRules.check(policy, in: isChecked ? namespace : nil)
        return (namespace, policy)
    }

    private static func object(
        _ name: String, in document: JSONValue
    ) throws(Refusal) -> JSONValue {
        guard let value = document[name] else {
            throw Refusal("Invalid namespace import JSON: missing required '/\(name)' key")
        }
        guard case .object = value else {
            throw Refusal("Invalid namespace import JSON: '/\(name)' must be an object")
        }
        return value
    }
}
