/// What an engine says about itself.
public struct EngineStatus: Codable, Sendable, Hashable {
    /// Whether the engine has what it needs to process events.
    public let isReady: Bool
    /// The spaces by name.
    public let spaces: [String: SpaceState]
    /// The databases of indicators of compromise by kind, such as `hash_md5`.
    public let ioc: [String: ResourceState]
    /// The geolocation databases by kind: `city` and `asn`.
    public let geo: [String: ResourceState]

    /// Makes a status, for tests of code that takes one.
    public init(
        isReady: Bool, spaces: [String: SpaceState] = [:], ioc: [String: ResourceState] = [:],
        geo: [String: ResourceState] = [:]
    ) {
        self.isReady = isReady
        self.spaces = spaces
        self.ioc = ioc
        self.geo = geo
    }

    private enum CodingKeys: String, CodingKey {
        case isReady = "ready"
        case spaces
        case ioc
        case geo
    }

    /// Decodes the engine's reply; a missing group is an empty one.
    ///
    /// - Throws: `DecodingError` when `ready` is missing or a field has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        isReady = try container.decode(Bool.self, forKey: .isReady)
        spaces = try container.decodeIfPresent([String: SpaceState].self, forKey: .spaces) ?? [:]
        ioc = try container.decodeIfPresent([String: ResourceState].self, forKey: .ioc) ?? [:]
        geo = try container.decodeIfPresent([String: ResourceState].self, forKey: .geo) ?? [:]
    }
}
