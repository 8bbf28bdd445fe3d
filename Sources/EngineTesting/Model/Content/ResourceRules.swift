internal import EngineCore

/// What the engine asks of a resource of one type.
///
/// Recorded are a decoder without `enabled`, and that a key-value database is kept without what is
/// not its own. The other rules and their words follow the engine's source, where it says something;
/// what an asset does is not checked at all.
struct ResourceRules {
    static let types = ["decoder", "output", "filter", "integration", "kvdb"]

    private static let databaseMembers: Set = ["id", "metadata", "enabled", "content"]

    let type: String

    /// The type that a request names.
    init(_ request: EndpointRequest) throws(Refusal) {
        let type = request.string("type")
        guard !type.isEmpty else { throw Refusal("Field /type is required") }
        try self.init(type)
    }

    init(_ type: String) throws(Refusal) {
        guard Self.types.contains(type) else { throw Refusal("Unsupported value for /type") }
        self.type = type
    }

    /// A resource as it is kept, and its UUID.
    func checked(
        _ content: JSONValue
    ) throws(Refusal) -> (uuid: String, resource: ContentState.Resource) {
        guard case .bool? = content["enabled"] else {
            throw Refusal(
                "\(type.capitalizedFirst) document /enabled is not a boolean or does not exist")
        }
        let name = try name(of: content)
        guard let uuid = content["id"]?.stringValue, !uuid.isEmpty else {
            throw Refusal("Asset '\(name)' is missing required UUID at JSON path '/id'")
        }
        guard uuid.isRandomUUID else {
            throw Refusal("Asset '\(name)' has an invalid UUIDv4 '\(uuid)' at JSON path '/id'")
        }
        return (uuid, .init(type: type, name: name, content: try kept(content)))
    }

    private func name(of content: JSONValue) throws(Refusal) -> String {
        if type == "kvdb" || type == "integration" {
            guard let title = content["metadata"]?["title"]?.stringValue, !title.isEmpty else {
                throw Refusal(
                    "\(type.capitalizedFirst) document /metadata/title is missing or empty")
            }
            return title
        }
        guard let name = content["name"]?.stringValue, !name.isEmpty else {
            throw Refusal("Missing or empty asset name at JSON path '/name'")
        }
        guard name.split(separator: "/").first.map(String.init) == type else {
            throw Refusal("Asset name '\(name)' does not match resource type '\(type)'")
        }
        return name
    }

    private func kept(_ content: JSONValue) throws(Refusal) -> JSONValue {
        guard type == "kvdb", case .object(let members) = content else { return content }
        guard case .object? = content["content"] else {
            throw Refusal("Kvdb document /content is not an object or does not exist")
        }
        return .object(
            JSONObject(
                members.lazy.filter { Self.databaseMembers.contains($0.name) }
                    .map { ($0.name, $0.value) }))
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

    /// Whether it is a UUID of version 4 (RFC 9562 section 5.4).
    fileprivate var isRandomUUID: Bool {
        wholeMatch(
            of:
                /[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}/
        ) != nil
    }
}

/// What the engine asks of a policy, in the order and the words of its source.
enum PolicyRules {
    /// - Parameter namespace: Where the integrations must be; nil to leave that unchecked.
    static func check(
        _ policy: JSONValue, in namespace: ContentState.Namespace?
    ) throws(Refusal) {
        try boolean("enabled", in: policy)
        guard policy["root_decoder"]?.stringValue != nil else {
            throw Refusal("Policy JSON must have a 'root_decoder' field")
        }
        let integrations = try strings("integrations", "Integration", in: policy)
        _ = try strings("filters", "Filter", in: policy)
        _ = try strings("enrichments", "Enrichment", in: policy)
        try boolean("index_unclassified_events", in: policy)
        try boolean("index_discarded_events", in: policy)
        guard let namespace else { return }
        for uuid in integrations where namespace.resources[uuid]?.type != "integration" {
            throw Refusal("Resource with UUID '\(uuid)' does not exist")
        }
    }

    private static func boolean(_ name: String, in policy: JSONValue) throws(Refusal) {
        guard policy[name]?.boolValue != nil else {
            throw Refusal("Policy JSON must have a boolean '\(name)' field")
        }
    }

    private static func strings(
        _ name: String, _ title: String, in policy: JSONValue
    ) throws(Refusal) -> [String] {
        guard case .array(let elements)? = policy[name] else {
            throw Refusal("Policy JSON must have an '\(name)' array")
        }
        var texts: [String] = []
        for (position, element) in elements.enumerated() {
            guard let text = element.stringValue else {
                throw Refusal("\(title) at index \(position) is not a valid string")
            }
            texts.append(text)
        }
        return texts
    }
}
