internal import EngineSansIO

/// The answers of what only reads, for as long as nothing else has run: encoding JSON costs more
/// than all else that the server does for a request.
struct ReplyCache {
    private struct Key: Hashable {
        let endpoint: Endpoint.Key
        let body: [UInt8]
    }

    private static let maximumCount = 64
    private static let maximumBodySize = 1_024

    private var replies: [Key: EmbeddedResponse] = [:]

    /// The answer to a request, from the state unless it is known.
    mutating func answer(
        _ request: EmbeddedRequest, from state: inout EngineState
    ) -> EmbeddedResponse {
        let endpoint = Endpoint.Key(method: request.method, path: request.path)
        guard Endpoint.table[endpoint]?.onlyReads == true else {
            forget()
            return state.answer(request, at: EngineState.currentTime)
        }
        let key = Key(endpoint: endpoint, body: request.body)
        if let reply = replies[key] { return reply }
        let reply = state.answer(request, at: EngineState.currentTime)
        if replies.count < Self.maximumCount, request.body.count <= Self.maximumBodySize {
            replies[key] = reply
        }
        return reply
    }

    /// To be called when the state has been changed.
    mutating func forget() {
        replies.removeAll(keepingCapacity: true)
    }
}
