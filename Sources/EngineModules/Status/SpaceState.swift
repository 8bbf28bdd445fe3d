/// The state of a space: its content, and whether the engine routes events to it.
public struct SpaceState: Codable, Sendable, Hashable {
    /// Whether events are routed to the space.
    public let isEnabled: Bool
    /// The state of the space's content.
    public let resource: ResourceState

    /// Makes a state, for tests of code that takes one.
    public init(isEnabled: Bool, resource: ResourceState) {
        self.isEnabled = isEnabled
        self.resource = resource
    }

    private enum CodingKeys: String, CodingKey {
        case isEnabled = "enabled"
    }

    /// Decodes the engine's form, one flat object.
    ///
    /// - Throws: `DecodingError` when a field is missing or has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        isEnabled = try container.decode(Bool.self, forKey: .isEnabled)
        resource = try ResourceState(from: decoder)
    }

    /// Encodes the engine's form.
    public func encode(to encoder: any Encoder) throws {
        try resource.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isEnabled, forKey: .isEnabled)
    }
}
