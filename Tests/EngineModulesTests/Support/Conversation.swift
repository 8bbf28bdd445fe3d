import EngineCore
import EngineTesting

/// What a call came to, and what reached the engine for it.
struct Conversation<Success: Sendable>: Sendable {
    let result: Result<Success, EngineError>
    let requests: [EmbeddedRequest]

    var error: EngineError? {
        if case .failure(let error) = result { error } else { nil }
    }

    /// Makes a call against an engine that answers with what the closure makes of a request and of
    /// how many came before.
    init(
        making call: (Engine) async throws -> Success,
        answering answer: @escaping @Sendable (EmbeddedRequest, Int) async -> EmbeddedResponse
    ) async throws {
        let received = Locked<[EmbeddedRequest]>([])
        result = try await withEmbeddedEngine { request in
            let earlier = received.withLock { requests in
                requests.append(request)
                return requests.count - 1
            }
            return await answer(request, earlier)
        } _: { server in
            var configuration = EngineConfiguration(socketPath: server.socketPath, retries: 3)
            configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
            return try await withEngine(configuration: configuration) { engine in
                do {
                    return .success(try await call(engine))
                } catch let error as EngineError {
                    return .failure(error)
                }
            }
        }
        requests = received.withLock { $0 }
    }
}

/// What a call makes of a reply.
func reading<Success: Sendable>(
    _ reply: String, _ call: (Engine) async throws -> Success
) async throws -> Success {
    try await Conversation(making: call) { _, _ in .json(reply) }.result.get()
}

/// The body that a call sends to an engine that answers it with a reply.
func sending<Success: Sendable>(
    answeredBy reply: String = #"{"status":"OK"}"#, _ call: (Engine) async throws -> Success
) async throws -> JSONValue {
    let conversation = try await Conversation(making: call) { _, _ in .json(reply) }
    _ = try conversation.result.get()
    return try JSONValue(parsing: conversation.requests[0].body)
}
