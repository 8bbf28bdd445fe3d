/// What the engine's event dumper does.
public struct EventDumperStatus: Codable, Sendable, Hashable {
    /// Whether events are being dumped.
    public let isActive: Bool

    /// Makes a status, for tests of code that takes one.
    public init(isActive: Bool) {
        self.isActive = isActive
    }

    private enum CodingKeys: String, CodingKey {
        case isActive = "active"
    }
}
