import EngineCore
import EngineTesting

/// Answers by path: `/status/N` with that status, `/lost` hangs up unanswered, `/silent` never
/// answers, all others with what they were sent.
func telemetryHandler(_ request: EmbeddedRequest) -> EmbeddedResponse {
    let path = request.path.split(separator: "?").first.map(String.init) ?? ""
    if path.hasPrefix("/status/"), let status = Int(path.dropFirst("/status/".count)) {
        return EmbeddedResponse(status: status, body: Array("{}".utf8))
    }
    switch path {
    case "/lost": return .failing(.reset)
    case "/silent": return .failing(.neverAnswer)
    default: return EmbeddedResponse(body: request.body)
    }
}

/// Settings with retries that wait for next to nothing, and connections that stay.
func quickConfiguration(retries: Int = 0) -> EngineConfiguration {
    var configuration = EngineConfiguration(retries: retries)
    configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
    configuration.maximumConnectionAge = .seconds(60)
    return configuration
}

private let answersByPath: EmbeddedEngine.Handler = { telemetryHandler($0) }

/// A client, and an engine that answers by path or as a handler says.
func withTelemetry<Success>(
    _ configuration: EngineConfiguration, handler: EmbeddedEngine.Handler? = nil,
    _ body: (Engine, EmbeddedEngine) async throws -> Success
) async throws -> Success {
    try await withEmbeddedEngine(handler: handler ?? answersByPath) { server in
        var configuration = configuration
        configuration.socketPath = server.socketPath
        return try await withEngine(configuration: configuration) { try await body($0, server) }
    }
}
