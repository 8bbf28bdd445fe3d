public import EngineCore

/// What the geolocation databases know of an address.
public struct GeoData: Codable, Sendable, Hashable {
    /// Where it is: the fields of ECS's `geo`; an empty object when that is unknown.
    public let geo: JSONValue
    /// Its autonomous system: the fields of ECS's `as`; an empty object when that is unknown.
    public let autonomousSystem: JSONValue

    /// Makes data, for tests of code that takes some.
    public init(geo: JSONValue = [:], autonomousSystem: JSONValue = [:]) {
        self.geo = geo
        self.autonomousSystem = autonomousSystem
    }

    private enum CodingKeys: String, CodingKey {
        case geo
        case autonomousSystem = "as"
    }

    /// Decodes the engine's form; what is missing is unknown.
    ///
    /// - Throws: `DecodingError` when it is no object.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        geo = try container.decodeIfPresent(JSONValue.self, forKey: .geo) ?? [:]
        autonomousSystem =
            try container.decodeIfPresent(JSONValue.self, forKey: .autonomousSystem) ?? [:]
    }
}
