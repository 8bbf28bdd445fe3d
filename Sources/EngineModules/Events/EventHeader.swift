public import EngineCore
internal import EngineSansIO

/// What a batch says of the agent that its events come from: the JSON of its first line.
///
/// Events under equal headers come from one source, and keep their order.
public struct EventHeader: Sendable, Hashable {
    /// A JSON object on one line, in UTF-8.
    public let json: [UInt8]

    /// Makes the header of an agent's events.
    ///
    /// - Throws: `EngineError.Code.unexpected` for a value that no header can have: one with the
    ///   character U+007F.
    public init(
        agentID: String, agentName: String? = nil, clusterName: String? = nil,
        clusterNode: String? = nil
    ) throws(EngineError) {
        let hasCluster = clusterName != nil || clusterNode != nil
        try self.init(
            Metadata(
                wazuh: .init(
                    agent: .init(id: agentID, name: agentName),
                    cluster: hasCluster ? .init(name: clusterName, node: clusterNode) : nil)))
    }

    /// Makes a header of any JSON object; the engine asks for a string at `/wazuh/agent/id`.
    ///
    /// - Throws: `EngineError.Code.unexpected` for what is no JSON object.
    public init(_ object: some Encodable) throws(EngineError) {
        // Equal objects have equal headers.
        let coding = JSONCoding(format: JSONCoding.Format(sortsNames: true))
        let json: [UInt8]
        do {
            json = try coding.encode(object)
        } catch {
            throw Self.invalid(error)
        }
        try self.init(json: json)
    }

    /// Takes a JSON object as it is: one line in UTF-8.
    ///
    /// - Throws: `EngineError.Code.unexpected` for what has a control character or no braces
    ///   around it.
    public init(json: [UInt8]) throws(EngineError) {
        do throws(EventBatchError) {
            _ = try EventBatchEncoder(header: json)
        } catch {
            throw Self.invalid(error)
        }
        self.json = json
    }

    private static func invalid(_ cause: any Error) -> EngineError {
        let message = "the header of the events can't be written"
        return EngineError(
            .unexpected, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: .neverSent)
    }

    private struct Metadata: Encodable {
        struct Agent: Encodable {
            let id: String
            let name: String?
        }

        struct Cluster: Encodable {
            let name: String?
            let node: String?
        }

        struct Wazuh: Encodable {
            let agent: Agent
            let cluster: Cluster?
        }

        let wazuh: Wazuh
    }
}
