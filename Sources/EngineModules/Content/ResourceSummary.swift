/// A resource in a list.
public struct ResourceSummary: Codable, Sendable, Hashable {
    /// The UUID, unique in its space.
    public let uuid: String
    /// The name.
    public let name: String

    /// Makes a summary, for tests of code that takes one.
    public init(uuid: String, name: String) {
        self.uuid = uuid
        self.name = name
    }
}
