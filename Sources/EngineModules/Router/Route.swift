/// A way for events into a space: the engine tries its routes in the order of their priorities.
public struct Route: Codable, Sendable, Hashable {
    /// The name, unique among the routes.
    public var name: String
    /// The space whose policy takes the events.
    public var namespaceID: String
    /// The place in the order: 1 is tried first; 1000 is the last that engines take.
    public var priority: UInt32
    /// What it is for; nil for nothing.
    public var description: String?

    /// Makes a route.
    public init(
        name: String, namespaceID: String, priority: UInt32, description: String? = nil
    ) {
        self.name = name
        self.namespaceID = namespaceID
        self.priority = priority
        self.description = description
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case namespaceID = "namespaceId"
        case priority
        case description
    }

    /// Decodes the engine's form; the description may be missing.
    ///
    /// - Throws: `DecodingError` when another field is missing or one has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        namespaceID = try container.decode(String.self, forKey: .namespaceID)
        priority = try container.decodeInteger(forKey: .priority)
        description = try container.decodeIfPresent(String.self, forKey: .description)
    }
}
