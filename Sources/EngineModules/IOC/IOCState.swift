/// The state of the engine's indicators of compromise.
public struct IOCState: Codable, Sendable, Hashable {
    /// The MD5 hash of the file in use; empty when there is none.
    public let hash: String
    /// Whether another file is being loaded.
    public let isUpdating: Bool
    /// What went wrong in the last update; empty when nothing did.
    public let lastError: String

    /// Makes a state, for tests of code that takes one.
    public init(hash: String = "", isUpdating: Bool, lastError: String = "") {
        self.hash = hash
        self.isUpdating = isUpdating
        self.lastError = lastError
    }

    private enum CodingKeys: String, CodingKey {
        case hash
        case isUpdating = "updating"
        case lastError
    }

    /// Decodes the engine's reply; the hash and the error may be missing.
    ///
    /// - Throws: `DecodingError` when `updating` is missing or a field has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        hash = try container.decodeIfPresent(String.self, forKey: .hash) ?? ""
        isUpdating = try container.decode(Bool.self, forKey: .isUpdating)
        lastError = try container.decodeIfPresent(String.self, forKey: .lastError) ?? ""
    }
}
