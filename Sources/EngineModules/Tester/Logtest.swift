public import EngineCore

/// An event to test in the session that a validated policy left for its space.
public struct Logtest: Encodable, Sendable, Hashable {
    /// The number of the queue that the event would come by.
    public var queue: UInt32
    /// Where it comes from, such as the path of a log.
    public var location: String
    /// What is known of the agent that sent it, a JSON object.
    public var metadata: JSONValue
    /// The event as it was logged.
    public var event: String
    /// How much to tell about the assets.
    public var traceLevel: TraceLevel
    /// The space whose policy takes the event.
    public var space: String

    /// Makes a test.
    public init(
        queue: UInt32, location: String, metadata: JSONValue = [:], event: String,
        traceLevel: TraceLevel = .none, space: String
    ) {
        self.queue = queue
        self.location = location
        self.metadata = metadata
        self.event = event
        self.traceLevel = traceLevel
        self.space = space
    }

    private enum CodingKeys: String, CodingKey {
        case queue
        case location
        case metadata
        case event
        case traceLevel = "trace_level"
        case space
    }
}
