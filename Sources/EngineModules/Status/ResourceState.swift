/// The state of a database that the engine keeps up to date.
public struct ResourceState: Codable, Sendable, Hashable {
    /// How far the engine is with a resource. Engines may know more values than are named here.
    public struct Phase: RawRepresentable, Codable, Sendable, Hashable {
        /// The engine's word for it.
        public let rawValue: String

        /// Wraps the engine's word.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Nothing is under way.
        public static let ready = Phase(rawValue: "ready")
        /// A newer version is being loaded.
        public static let updating = Phase(rawValue: "updating")
        /// The last update failed.
        public static let failed = Phase(rawValue: "failed")
    }

    /// Whether the engine has a version that it can use.
    public let isAvailable: Bool
    /// How far the engine is with it.
    public let status: Phase
    /// The hash of the version in use; empty when there is none.
    public let hash: String
    /// The time of the last good update in seconds since 1970; 0 for never.
    public let lastSuccessfulUpdate: Int64

    /// Makes a state, for tests of code that takes one.
    public init(
        isAvailable: Bool, status: Phase, hash: String = "", lastSuccessfulUpdate: Int64 = 0
    ) {
        self.isAvailable = isAvailable
        self.status = status
        self.hash = hash
        self.lastSuccessfulUpdate = lastSuccessfulUpdate
    }

    private enum CodingKeys: String, CodingKey {
        case isAvailable = "available"
        case status
        case hash
        case lastSuccessfulUpdate = "last_successful_update"
    }

    /// Decodes the engine's form; the hash and the time may be missing.
    ///
    /// - Throws: `DecodingError` when another field is missing or one has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        isAvailable = try container.decode(Bool.self, forKey: .isAvailable)
        status = Phase(rawValue: try container.decode(String.self, forKey: .status))
        hash = try container.decodeIfPresent(String.self, forKey: .hash) ?? ""
        lastSuccessfulUpdate =
            try container.decodeIntegerIfPresent(forKey: .lastSuccessfulUpdate) ?? 0
    }
}
