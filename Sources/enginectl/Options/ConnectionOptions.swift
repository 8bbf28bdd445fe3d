internal import ArgumentParser
internal import EngineCore

/// How a command reaches the engine's API.
struct ConnectionOptions: ParsableArguments {
    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp(
            "The engine's socket: a path or a unix: URL. Given more than once, each request goes "
                + "to one of the engines. (default: $\(EnvironmentSocket.api.name), or "
                + "\(EngineConfiguration.defaultSocketPath))",
            valueName: "path"),
        completion: .file())
    var sockets: [String] = []

    @OptionGroup var requests: RequestOptions

    func validate() throws {
        try RequestOptions.check(sockets)
    }

    var output: OutputOptions { requests.output }

    /// The sockets of the command line, or else of the environment, or else the default.
    var socketPaths: [String] {
        if !sockets.isEmpty { return sockets }
        return [EnvironmentSocket.api.path ?? EngineConfiguration.defaultSocketPath]
    }

    var configuration: EngineConfiguration { requests.configuration(for: socketPaths) }

    /// Runs an operation with a client; a failure is reported and ends the command.
    func withEngine(
        _ operation: (Engine) async throws(EngineError) -> Void
    ) async throws(ExitCode) {
        try await requests.withEngine(configuration, operation)
    }
}
