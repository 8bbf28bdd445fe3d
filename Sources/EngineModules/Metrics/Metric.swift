/// A metric and its value at one moment.
public struct Metric: Codable, Sendable, Hashable {
    /// What a metric measures. Engines may know more values than are named here.
    public struct Kind: RawRepresentable, Codable, Sendable, Hashable {
        /// The engine's word for it.
        public let rawValue: String

        /// Wraps the engine's word.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A sum that only grows.
        public static let counter = Kind(rawValue: "counter")
        /// A whole number that goes up and down.
        public static let integerGauge = Kind(rawValue: "gauge_int")
        /// A number that goes up and down.
        public static let gauge = Kind(rawValue: "gauge_dbl")
        /// A number that the engine computes when it is asked.
        public static let pull = Kind(rawValue: "pull")
    }

    /// The name, such as `router.events.processed`.
    public let name: String
    /// What it measures.
    public let kind: Kind
    /// Whether it is being recorded.
    public let isEnabled: Bool
    /// The value, in the unit that the name implies.
    public let value: MetricValue

    /// Makes a metric, for tests of code that takes one.
    public init(name: String, kind: Kind, isEnabled: Bool, value: MetricValue) {
        self.name = name
        self.kind = kind
        self.isEnabled = isEnabled
        self.value = value
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case kind = "type"
        case isEnabled = "enabled"
        case value
    }
}
