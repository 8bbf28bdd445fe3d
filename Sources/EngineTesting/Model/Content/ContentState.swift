public import EngineCore
internal import EngineModules

/// The namespaces with their policies and resources.
///
/// Guessed: names are letters, digits and underscores; lists go by name.
public struct ContentState: Sendable, Hashable {
    /// A resource in a namespace.
    public struct Resource: Sendable, Hashable {
        /// What it is, such as `decoder`.
        public var type: String
        /// Its name, unique for its type.
        public var name: String
        /// The resource itself, a JSON object.
        public var content: JSONValue

        /// Makes a resource.
        public init(type: String, name: String, content: JSONValue) {
            self.type = type
            self.name = name
            self.content = content
        }
    }

    /// A namespace.
    public struct Namespace: Sendable, Hashable {
        /// The policy, a JSON object; nil when there is none.
        public var policy: JSONValue?
        /// When the policy was set, in seconds since 1970.
        public var policyChangedAt: Int64 = 0
        /// The resources by UUID.
        public var resources: [String: Resource] = [:]

        /// Makes a namespace with a policy and nothing else.
        public init(policy: JSONValue? = nil) {
            self.policy = policy
        }
    }

    /// The namespaces by name.
    public var namespaces: [String: Namespace] = [:]
    /// Where the engine keeps them; it shows in its words about files. The recorded one's by
    /// default, as the recording has it.
    public var directory = "STATE/content"

    // What makes the names of namespaces for one check each differ.
    private var checks = 0

    /// No namespaces.
    public init() {}

    /// The namespace of a name.
    func namespace(_ name: String) throws(Refusal) -> Namespace {
        guard let namespace = namespaces[name] else {
            throw Refusal("Namespace does not exist: \(name)")
        }
        return namespace
    }

    mutating func create(_ name: String) throws(Refusal) {
        guard namespaces[name] == nil else {
            throw Refusal("Namespace already exists: \(name)")
        }
        namespaces[name] = Namespace()
    }

    /// Loads the policy of a namespace; says whether it is enabled.
    func buildPolicy(of name: String) throws(Refusal) -> Bool {
        guard let policy = try namespace(name).policy else {
            throw Refusal("Failed to open file for reading: \(directory)/\(name)/policy.json")
        }
        return policy["enabled"]?.boolValue ?? false
    }

    /// A name for a namespace that nobody has asked for.
    mutating func newName(_ prefix: String) -> String {
        checks += 1
        let digits = String(checks, radix: 16)
        return prefix + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// What `/status` says of a space.
    func status(of name: String) -> SpaceState {
        guard let namespace = namespaces[name], let policy = namespace.policy else {
            return SpaceState(isEnabled: false, resource: .none)
        }
        return SpaceState(
            isEnabled: policy["enabled"]?.boolValue ?? false,
            resource: ResourceState(
                isAvailable: true, status: .ready, hash: policy["hash"]?.stringValue ?? "",
                lastSuccessfulUpdate: namespace.policyChangedAt))
    }
}

extension EndpointRequest {
    /// The space that the request is about: checked for its form, not for being there.
    func space() throws(Refusal) -> String {
        try Self.checked(required("space"))
    }

    static func checked(_ space: String) throws(Refusal) -> String {
        let isValid = space.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isValid else { throw Refusal("Invalid namespace ID: \(space)") }
        return space
    }
}

extension Refusal {
    /// Runs an operation; what it is refused for is told with what was being done in front.
    static func during<Success>(
        _ action: String, status: Int = 400, _ operation: () throws(Refusal) -> Success
    ) throws(Refusal) -> Success {
        do throws(Refusal) {
            return try operation()
        } catch {
            throw Refusal("\(action): \(error.message)", status: status)
        }
    }
}
