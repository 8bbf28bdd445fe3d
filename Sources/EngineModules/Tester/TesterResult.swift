public import EngineCore

/// What became of a tested event.
public struct TesterResult: Codable, Sendable, Hashable {
    /// The event as it would be indexed, a JSON object.
    public let output: JSONValue
    /// What the assets did, in the order in which they were tried; empty without traces.
    public let assetTraces: [AssetTrace]
    /// Whether the output fits the schema; nil when that was not checked.
    public let validation: OutputValidation?

    /// Makes a result, for tests of code that takes one.
    public init(
        output: JSONValue, assetTraces: [AssetTrace] = [], validation: OutputValidation? = nil
    ) {
        self.output = output
        self.assetTraces = assetTraces
        self.validation = validation
    }

    private enum CodingKeys: String, CodingKey {
        case output
        case assetTraces = "asset_traces"
        case validation
    }

    /// Decodes the engine's form; without traces there are none.
    ///
    /// - Throws: `DecodingError` when the output is missing or a field has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        output = try container.decode(JSONValue.self, forKey: .output)
        assetTraces = try container.decodeIfPresent([AssetTrace].self, forKey: .assetTraces) ?? []
        validation = try container.decodeIfPresent(OutputValidation.self, forKey: .validation)
    }
}
