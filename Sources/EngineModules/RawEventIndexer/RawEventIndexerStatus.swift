/// What the engine does with events as they arrive.
public struct RawEventIndexerStatus: Codable, Sendable, Hashable {
    /// Whether they are indexed raw, beside what becomes of them.
    public let isEnabled: Bool

    /// Makes a status, for tests of code that takes one.
    public init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    private enum CodingKeys: String, CodingKey {
        case isEnabled = "enabled"
    }
}
