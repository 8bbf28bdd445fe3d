/// A testing session in the engine's table, and what the engine does with it.
public struct TesterSessionEntry: Codable, Sendable, Hashable {
    /// The session.
    public let session: TesterSession
    /// Whether events can be tested in it.
    public let status: EntryStatus
    /// The time of its last use in seconds since 1970; 0 for never.
    public let lastUse: Int64

    /// Makes an entry, for tests of code that takes one.
    public init(session: TesterSession, status: EntryStatus = .enabled, lastUse: Int64 = 0) {
        self.session = session
        self.status = status
        self.lastUse = lastUse
    }

    private enum CodingKeys: String, CodingKey {
        case status = "entry_status"
        case lastUse = "last_use"
    }

    /// Decodes the engine's form, one flat object; what is not the session's may be missing.
    ///
    /// - Throws: `DecodingError` when a field of the session is missing or one has the wrong type.
    public init(from decoder: any Decoder) throws {
        session = try TesterSession(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decodeIfPresent(EntryStatus.self, forKey: .status) ?? .unknown
        lastUse = try container.decodeIntegerIfPresent(forKey: .lastUse) ?? 0
    }

    /// Encodes the engine's form.
    public func encode(to encoder: any Encoder) throws {
        try session.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(lastUse, forKey: .lastUse)
    }
}
