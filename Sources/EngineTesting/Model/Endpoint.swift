internal import EngineCore
internal import EngineSansIO

/// One route of the engine, and what a request to it does to the state.
struct Endpoint: Sendable {
    struct Key: Hashable {
        let method: HTTPMethod
        let path: String
    }

    let key: Key
    /// Whether the answer depends on the state and the request alone, and leaves the state as it is.
    let onlyReads: Bool
    let answer: @Sendable ([UInt8], inout EngineState, Int64) -> EmbeddedResponse

    /// Makes an endpoint that takes and gives JSON in the engine's envelope.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path.
    ///   - fields: The request's fields; others are passed over.
    ///   - lists: The reply's lists, which are there, and empty, in a refusal too.
    ///   - contentType: The good reply's.
    ///   - onlyReads: Whether the answer depends on the state and the request alone, and leaves the
    ///     state as it is.
    ///   - action: Runs a request; what it returns stands beside `"status": "OK"`.
    init<Reply: Encodable & SendableMetatype>(
        _ method: HTTPMethod, _ path: String, fields: [RequestField] = [], lists: [String] = [],
        contentType: String = "plain/text", onlyReads: Bool = false,
        _ action:
            @escaping @Sendable (
                inout EngineState, EndpointRequest
            ) throws(Refusal) -> Reply
    ) {
        key = Key(method: method, path: path)
        self.onlyReads = onlyReads
        answer = { body, state, time in
            do throws(Refusal) {
                let request = try EndpointRequest(body, fields: fields, time: time)
                let reply = try action(&state, request)
                return EmbeddedResponse(
                    encoding: Envelope(status: "OK", reply: reply), contentType: contentType)
            } catch {
                return error.response(lists: lists)
            }
        }
    }

    /// Makes an endpoint whose reply is its success alone.
    init(
        _ method: HTTPMethod, _ path: String, fields: [RequestField] = [],
        running action:
            @escaping @Sendable (
                inout EngineState, EndpointRequest
            ) throws(Refusal) -> Void
    ) {
        self.init(method, path, fields: fields) {
            (state: inout EngineState, request) throws(Refusal) -> EngineAcknowledgement in
            try action(&state, request)
            return EngineAcknowledgement()
        }
    }

    /// Makes an endpoint that has nothing to do with the state.
    init(
        _ method: HTTPMethod, _ path: String,
        stateless answer: @escaping @Sendable ([UInt8]) -> EmbeddedResponse
    ) {
        key = Key(method: method, path: path)
        onlyReads = false
        self.answer = { body, _, _ in answer(body) }
    }

    /// Every route of the API socket, and that of events.
    static let table: [Key: Endpoint] = {
        let all =
            status + metrics + router + tester + logtest + namespaces + policies + resources + geo
            + ioc + switches + events
        return Dictionary(all.map { ($0.key, $0) }) { _, last in last }
    }()
}

/// The engine's envelope around a reply.
private struct Envelope<Reply: Encodable>: Encodable {
    private enum Key: String, CodingKey {
        case status
    }

    let status: String
    let reply: Reply

    func encode(to encoder: any Encoder) throws {
        try reply.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(status, forKey: .status)
    }
}
