/// What one asset did with a tested event.
public struct AssetTrace: Codable, Sendable, Hashable {
    /// The asset, such as `decoder/syslog/0`.
    public let asset: String
    /// Whether it took the event.
    public let isSuccess: Bool
    /// Its steps; empty below ``TraceLevel/all``.
    public let traces: [String]

    /// Makes a trace, for tests of code that takes one.
    public init(asset: String, isSuccess: Bool, traces: [String] = []) {
        self.asset = asset
        self.isSuccess = isSuccess
        self.traces = traces
    }

    private enum CodingKeys: String, CodingKey {
        case asset
        case isSuccess = "success"
        case traces
    }

    /// Decodes the engine's form; without steps there are none.
    ///
    /// - Throws: `DecodingError` when another field is missing or one has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        asset = try container.decode(String.self, forKey: .asset)
        isSuccess = try container.decode(Bool.self, forKey: .isSuccess)
        traces = try container.decodeIfPresent([String].self, forKey: .traces) ?? []
    }
}
