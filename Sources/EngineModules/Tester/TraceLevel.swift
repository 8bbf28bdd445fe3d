/// How much a test tells about the assets that an event passes. Engines may know more values than
/// are named here.
public struct TraceLevel: RawRepresentable, Codable, Sendable, Hashable {
    /// The engine's word for it.
    public let rawValue: String

    /// Wraps the engine's word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Nothing.
    public static let none = TraceLevel(rawValue: "NONE")
    /// Which assets took the event.
    public static let assetOnly = TraceLevel(rawValue: "ASSET_ONLY")
    /// Which assets took the event, and each of their steps.
    public static let all = TraceLevel(rawValue: "ALL")
}
