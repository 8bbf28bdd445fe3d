internal import EngineCore
internal import EngineModules
internal import EngineRuntime
internal import EngineSansIO

/// The events route of an embedded engine (`POST /events/enriched`): it reads batches strictly, and
/// counts events by the agent that their header names.
///
/// Like the engine it takes events while it reads: a batch that it refuses can have been taken in
/// part. It outlives the engines that it answers for, so that one can be restarted in a test.
///
/// ```swift
/// let endpoint = EventEndpoint(recordsEvents: true)
/// try await withEmbeddedEngine(handler: endpoint.answer) { … }
/// ```
public final class EventEndpoint: Sendable {
    /// What has arrived.
    public struct Counts: Sendable, Hashable {
        /// Batches that were taken whole.
        public fileprivate(set) var batches = 0
        /// Batches that were refused.
        public fileprivate(set) var refusals = 0
        /// Events by agent.
        public fileprivate(set) var events: [String: Int] = [:]
        /// Events of all agents.
        public var total: Int { events.values.reduce(0, +) }
    }

    private struct State {
        var counts = Counts()
        var events: [String: [[UInt8]]] = [:]
    }

    private let recordsEvents: Bool
    private let state = Locked(State())

    /// Makes an endpoint.
    ///
    /// - Parameter recordsEvents: Whether the events themselves are kept; they are never let go of.
    public init(recordsEvents: Bool = false) {
        self.recordsEvents = recordsEvents
    }

    /// What has arrived so far.
    public var counts: Counts { state.withLock { $0.counts } }

    /// The events of an agent in the order of their arrival; empty where they are not recorded.
    public func events(of agent: String) -> [[UInt8]] {
        state.withLock { $0.events[agent] ?? [] }
    }

    /// Answers a request: `EmbeddedEngine`'s handler.
    public func answer(_ request: EmbeddedRequest) async -> EmbeddedResponse {
        guard Self.serves(request) else { return EmbeddedResponse(status: 404) }
        return take(request.body)
    }

    static func serves(_ request: EmbeddedRequest) -> Bool {
        request.method == .post && request.path == path
    }

    fileprivate static let path = "/events/enriched"

    fileprivate func take(_ batch: [UInt8]) -> EmbeddedResponse {
        var agent = ""
        var count = 0
        var events: [[UInt8]] = []
        var refusal: String?
        do {
            try EventBatchDecoder.decode(batch) { header in
                agent = try Self.agent(in: header)
            } event: { event in
                count += 1
                if recordsEvents { events.append(event) }
            }
        } catch let error as EventBatchFormatError {
            refusal = Self.message(for: error)
        } catch {
            refusal = "\(error)"
        }
        state.withLock { state in
            if count > 0 { state.counts.events[agent, default: 0] += count }
            if recordsEvents { state.events[agent, default: []] += events }
            if refusal == nil { state.counts.batches += 1 } else { state.counts.refusals += 1 }
        }
        return refusal.map { Self.refused($0) } ?? EmbeddedResponse()
    }

    // MARK: Refusals

    private struct InvalidHeader: Error, CustomStringConvertible {
        let description: String
    }

    private static func agent(in header: [UInt8]) throws -> String {
        guard let json = try? JSONValue(parsing: header) else {
            throw InvalidHeader(description: "JSON document could not be parsed")
        }
        guard let agent = json["wazuh"]?["agent"]?["id"]?.stringValue else {
            throw InvalidHeader(
                description:
                    "AgentMetadataCache: missing or non-string /wazuh/agent/id in header")
        }
        return agent
    }

    // The first two are the measured engine's words.
    private static func message(for error: EventBatchFormatError) -> String {
        switch error {
        case .unterminatedHeader: "Missing newline after header"
        case .invalidHeader: "Invalid header format, expected 'H {json}'"
        case .invalidLine: "Invalid event format, expected 'E {event}'"
        case .unterminatedEvent: "Missing newline after event"
        }
    }

    private static func refused(_ message: String) -> EmbeddedResponse {
        EmbeddedResponse(
            status: 400, headers: ["Content-Type": "application/json"],
            body: Array("{\"error\": \"NDJson parser error, \(message)\", \"code\": 400}".utf8))
    }
}

extension Endpoint {
    /// Takes events, and forgets them.
    static let events = [
        Endpoint(.post, EventEndpoint.path, stateless: { EventEndpoint().take($0) })
    ]
}
