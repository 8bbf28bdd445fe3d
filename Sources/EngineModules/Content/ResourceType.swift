/// A kind of content. Engines may know more values than are named here.
public struct ResourceType: RawRepresentable, Codable, Sendable, Hashable {
    /// The engine's word for it.
    public let rawValue: String

    /// Wraps the engine's word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Takes events apart.
    public static let decoder = ResourceType(rawValue: "decoder")
    /// Says where events go.
    public static let output = ResourceType(rawValue: "output")
    /// Says which events are let through.
    public static let filter = ResourceType(rawValue: "filter")
    /// Groups what one product needs.
    public static let integration = ResourceType(rawValue: "integration")
    /// Keys and values that decoders look up.
    public static let kvdb = ResourceType(rawValue: "kvdb")
}
