internal import ArgumentParser
internal import EngineCore

/// How requests are made, wherever they go.
struct RequestOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How requests are spread over several engines.", valueName: "method"))
    var balancing = BalancingArgument.leastRequests

    @Option(
        parsing: .unconditional,
        help: LimitArgument.help(
            "How long a request may take, its retries included.", default: "5s"),
        transform: LimitArgument.parse)
    var timeout = LimitArgument(.seconds(5))

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How often a request is tried again when that is safe; 0 for never. (default: 5)",
            valueName: "number"),
        transform: NumberArgument.within(0...Int.max))
    var retries = 5

    @OptionGroup var output: OutputOptions

    static func check(_ sockets: [String]) throws(ValidationError) {
        guard Set(sockets).count == sockets.count else {
            throw ValidationError("'--socket' names an engine twice.")
        }
        guard !sockets.contains("") else {
            throw ValidationError("'--socket' takes a path, and is empty.")
        }
    }

    func configuration(for sockets: [String]) -> EngineConfiguration {
        var configuration = EngineConfiguration(
            socketPaths: sockets, retries: retries, timeout: timeout.duration ?? .unlimited)
        configuration.balancing = balancing.method
        configuration.stallTimeout = configuration.timeout
        return configuration
    }

    /// Runs an operation with a client; a failure is reported and ends the command.
    func withEngine(
        _ configuration: EngineConfiguration,
        _ operation: (Engine) async throws(EngineError) -> Void
    ) async throws(ExitCode) {
        try await output.reportingFailure { () async throws(EngineError) in
            try await EngineCore.withEngine(configuration: configuration, operation)
        }
    }
}
