/// Every metric of an engine at one moment.
public struct MetricsDump: Codable, Sendable, Hashable {
    /// The metrics of one space.
    public struct Space: Codable, Sendable, Hashable {
        /// The space.
        public let name: String
        /// Its metrics, in the engine's order.
        public let metrics: [Metric]

        /// Makes a space's metrics, for tests of code that takes them.
        public init(name: String, metrics: [Metric]) {
            self.name = name
            self.metrics = metrics
        }
    }

    /// The process that was asked.
    public let name: String?
    /// When that process started (ISO 8601, UTC).
    public let uptime: String?
    /// When the values were read (ISO 8601, UTC).
    public let timestamp: String?
    /// The metrics that belong to no space, in the engine's order.
    public let global: [Metric]
    /// The metrics of each space.
    public let spaces: [Space]

    /// Makes a dump, for tests of code that takes one.
    public init(
        name: String? = nil, uptime: String? = nil, timestamp: String? = nil, global: [Metric],
        spaces: [Space] = []
    ) {
        self.name = name
        self.uptime = uptime
        self.timestamp = timestamp
        self.global = global
        self.spaces = spaces
    }

    /// Decodes the engine's reply; without `spaces` there are none.
    ///
    /// - Throws: `DecodingError` when `global` is missing or a field has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        uptime = try container.decodeIfPresent(String.self, forKey: .uptime)
        timestamp = try container.decodeIfPresent(String.self, forKey: .timestamp)
        global = try container.decode([Metric].self, forKey: .global)
        spaces = try container.decodeIfPresent([Space].self, forKey: .spaces) ?? []
    }
}
