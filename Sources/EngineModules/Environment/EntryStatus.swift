/// What the engine does with a route or a testing session. Engines may know more values than are
/// named here.
public struct EntryStatus: RawRepresentable, Codable, Sendable, Hashable {
    /// The engine's word for it; the number where it has no word.
    public let rawValue: String

    /// Wraps the engine's word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Not set.
    public static let unknown = EntryStatus(rawValue: "STATE_UNKNOWN")
    /// Not in use, or broken.
    public static let disabled = EntryStatus(rawValue: "DISABLED")
    /// In use.
    public static let enabled = EntryStatus(rawValue: "ENABLED")

    /// Decodes a word, or the number that protobuf's JSON mapping writes for a value without one.
    ///
    /// - Throws: `DecodingError` for anything else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int32.self) {
            rawValue = String(number)
        } else {
            rawValue = try container.decode(String.self)
        }
    }
}
