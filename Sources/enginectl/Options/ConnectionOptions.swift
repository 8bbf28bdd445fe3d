internal import ArgumentParser
internal import EngineCore

/// How a command reaches the engine.
struct ConnectionOptions: ParsableArguments {
    // Far beyond any use, and far below what a duration holds.
    private static let maximumTimeout = 1e9

    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp(
            "The engine's socket: a path or a unix: URL. Given more than once, each request goes "
                + "to one of the engines.",
            valueName: "path"),
        completion: .file())
    var sockets = [EngineConfiguration.defaultSocketPath]

    @Option(
        help: ArgumentHelp(
            "How requests are spread over several engines.", valueName: "method"))
    var balancing = BalancingArgument.leastRequests

    @Option(
        help: ArgumentHelp(
            "How long a request may take, its retries included; fractions are fine.",
            valueName: "seconds"))
    var timeout = 5.0

    @Option(
        help: ArgumentHelp(
            "How often a request is tried again when that is safe; 0 for never.",
            valueName: "number"))
    var retries = 5

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard Set(sockets).count == sockets.count else {
            throw ValidationError("'--socket' names an engine twice.")
        }
        guard timeout.isFinite, (0...Self.maximumTimeout).contains(timeout) else {
            throw ValidationError("'--timeout' takes a number of seconds from 0 to 1000000000.")
        }
        guard retries >= 0 else {
            throw ValidationError("'--retries' takes a whole number from 0 on.")
        }
    }

    var configuration: EngineConfiguration {
        var configuration = EngineConfiguration(
            socketPaths: sockets, retries: retries, timeout: .seconds(timeout))
        configuration.balancing = balancing.method
        configuration.stallTimeout = configuration.timeout
        return configuration
    }

    /// Runs an operation with a client; a failure is reported and ends the command.
    func withEngine(
        _ operation: (Engine) async throws(EngineError) -> Void
    ) async throws(ExitCode) {
        try await output.reportingFailure { () async throws(EngineError) in
            try await EngineCore.withEngine(configuration: configuration, operation)
        }
    }
}
