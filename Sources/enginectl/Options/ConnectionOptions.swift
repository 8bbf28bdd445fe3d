internal import ArgumentParser
internal import EngineCore

/// How a command reaches the engine.
struct ConnectionOptions: ParsableArguments {
    // Far beyond any use, and far below what a duration holds.
    private static let maximumTimeout = 1e9

    @Option(
        help: ArgumentHelp("The engine's socket: a path or a unix: URL.", valueName: "path"),
        completion: .file())
    var socket = EngineConfiguration.defaultSocketPath

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
        guard timeout.isFinite, (0...Self.maximumTimeout).contains(timeout) else {
            throw ValidationError("'--timeout' takes a number of seconds from 0 to 1000000000.")
        }
        guard retries >= 0 else {
            throw ValidationError("'--retries' takes a whole number from 0 on.")
        }
    }

    var configuration: EngineConfiguration {
        EngineConfiguration(socketPath: socket, retries: retries, timeout: .seconds(timeout))
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
