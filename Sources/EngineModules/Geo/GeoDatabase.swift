/// A geolocation database that the engine has.
public struct GeoDatabase: Codable, Sendable, Hashable {
    /// What a database knows of an address. Engines may know more values than are named here.
    public struct Kind: RawRepresentable, Codable, Sendable, Hashable {
        /// The engine's word for it.
        public let rawValue: String

        /// Wraps the engine's word.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Where it is.
        public static let city = Kind(rawValue: "city")
        /// Which autonomous system it belongs to.
        public static let asn = Kind(rawValue: "asn")
    }

    /// The name.
    public let name: String
    /// The file, as the engine sees it.
    public let path: String
    /// The MD5 hash of the version in use.
    public let hash: String
    /// When that version was generated, as its manifest says (`generated_at`, which has no unit in
    /// the engine's API); 0 for unknown.
    public let createdAt: Int64
    /// What it knows.
    public let kind: Kind

    /// Makes a database, for tests of code that takes one.
    public init(name: String, path: String, hash: String = "", createdAt: Int64 = 0, kind: Kind) {
        self.name = name
        self.path = path
        self.hash = hash
        self.createdAt = createdAt
        self.kind = kind
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case path
        case hash
        case createdAt
        case kind = "type"
    }

    /// Decodes the engine's form; the hash and the time may be missing.
    ///
    /// - Throws: `DecodingError` when another field is missing or one has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        path = try container.decode(String.self, forKey: .path)
        hash = try container.decodeIfPresent(String.self, forKey: .hash) ?? ""
        createdAt = try container.decodeIntegerIfPresent(forKey: .createdAt) ?? 0
        kind = try container.decode(Kind.self, forKey: .kind)
    }
}
