public import EngineCore

/// An event to test in a session of the tester.
public struct TesterRun: Encodable, Sendable, Hashable {
    /// The session.
    public var name: String
    /// The event, `queue:location:message`, where the queue is one byte.
    public var event: String
    /// What is known of the agent that sent it, a JSON object.
    public var agentMetadata: JSONValue
    /// How much to tell.
    public var traceLevel: TraceLevel
    /// The assets to tell about; empty for all. Must be empty without traces.
    public var assetTrace: [String]

    /// Makes a run.
    public init(
        name: String, event: String, agentMetadata: JSONValue = [:],
        traceLevel: TraceLevel = .none, assetTrace: [String] = []
    ) {
        self.name = name
        self.event = event
        self.agentMetadata = agentMetadata
        self.traceLevel = traceLevel
        self.assetTrace = assetTrace
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case event
        case agentMetadata = "agent_metadata"
        case traceLevel = "trace_level"
        case assetTrace = "asset_trace"
    }
}
