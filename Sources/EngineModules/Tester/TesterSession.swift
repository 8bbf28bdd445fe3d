/// An environment in which events are tested with the content of a space.
public struct TesterSession: Codable, Sendable, Hashable {
    /// The name, unique among the sessions.
    public var name: String
    /// The space whose policy takes the events.
    public var namespaceID: String
    /// How long it is meant to live; the engine's API names no unit.
    public var lifetime: UInt32
    /// What it is for; nil for nothing.
    public var description: String?

    /// Makes a session.
    public init(
        name: String, namespaceID: String, lifetime: UInt32 = 0, description: String? = nil
    ) {
        self.name = name
        self.namespaceID = namespaceID
        self.lifetime = lifetime
        self.description = description
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case namespaceID = "namespaceId"
        case lifetime
        case description
    }

    /// Decodes the engine's form; the lifetime and the description may be missing.
    ///
    /// - Throws: `DecodingError` when another field is missing or one has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        namespaceID = try container.decode(String.self, forKey: .namespaceID)
        lifetime = try container.decodeIntegerIfPresent(forKey: .lifetime) ?? 0
        description = try container.decodeIfPresent(String.self, forKey: .description)
    }
}
