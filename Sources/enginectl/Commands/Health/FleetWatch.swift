internal import EngineCore

/// Has several engines checked again and again, and prints what changes.
struct FleetWatch {
    let output: OutputOptions

    /// Runs until a signal comes, or nobody reads on.
    ///
    /// - Throws: ``EngineError`` when a socket's path can't be used or the output can't be written.
    func run(with configuration: EngineConfiguration) async throws(EngineError) {
        try configuration.validate()
        let signals = await TerminationSignals()
        let (result, _) = await signals.cancelling { [self] in
            do throws(EngineError) {
                return Result<Void, EngineError>.success(
                    try await withEngine(configuration: configuration) {
                        engine throws(EngineError) in try await printChanges(of: engine)
                    })
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private func printChanges(of engine: Engine) async throws(EngineError) {
        var last: [String: EngineHealth.EndpointState] = [:]
        for await health in engine.healthChanges {
            for endpoint in health.endpoints
            where endpoint.state != .unknown
                && last.updateValue(endpoint.state, forKey: endpoint.socketPath) != endpoint.state
            {
                guard try output.print(EndpointChange(endpoint)) else { return }
            }
        }
    }
}

/// What has become of one engine, and when, as a line.
private struct EndpointChange: TextRepresentable {
    let time = TimeText.now
    let socket: String
    let state: EngineHealth.EndpointState
    let reason: String?

    private enum CodingKeys: String, CodingKey {
        case time
        case socket
        case state
        case reason
    }

    init(_ endpoint: EngineHealth.Endpoint) {
        socket = endpoint.socketPath
        state = endpoint.state
        reason = endpoint.lastFailure
    }

    var text: String {
        let word =
            state == .healthy ? TextStyle.green(state.rawValue) : TextStyle.red(state.rawValue)
        let reason = reason.map { ": \($0.onOneLine)" } ?? ""
        return "\(time) \(socket.onOneLine) \(word)\(reason)\n"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time, forKey: .time)
        try container.encode(socket, forKey: .socket)
        try container.encode(state.rawValue, forKey: .state)
        try container.encodeIfPresent(reason, forKey: .reason)
    }
}
