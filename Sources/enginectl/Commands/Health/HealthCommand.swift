internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// Whether the engine can do its work, once or over time.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Tell whether the engine is ready, and what it lacks.",
        discussion: """
            An engine that answers that it is not ready is no failure, unless --require-ready says \
            so. With --watch the first state and each change is a line, with the time; an engine \
            that can't be reached is a state like others. SIGINT, SIGTERM and SIGHUP end the watch, and \
            the exit status is 0.

            With several engines the watch tells which of them takes requests: healthy, unready \
            (it says so itself), broken (it does not answer), or recovering.

            Example:
              enginectl health
              enginectl health --require-ready --timeout 1s
              enginectl health --watch --interval 5s --json
              enginectl health --watch --socket engine-a.sock --socket engine-b.sock
            """)

    private static let defaultInterval = Duration.seconds(1)

    @Flag(help: "Go on asking, and print what changes.")
    var watch = false

    @Option(
        parsing: .unconditional,
        help: DurationArgument.help("The pause between two requests of --watch.", default: "1s"),
        transform: DurationArgument.parsePositive)
    var interval: DurationArgument?

    @Flag(help: "Exit with 1 when the engine is not ready.")
    var requireReady = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if interval != nil, !watch {
            throw ValidationError("'--interval' takes effect with '--watch' only.")
        }
        if requireReady, watch {
            throw ValidationError("'--require-ready' and '--watch' exclude each other.")
        }
    }

    func run() async throws {
        if watch, connection.socketPaths.count > 1 {
            let watch = FleetWatch(output: connection.output)
            try await connection.output.reportingFailure { () async throws(EngineError) in
                try await watch.run(with: checkedConfiguration)
            }
        } else if watch {
            let watch = HealthWatch(
                output: connection.output, interval: interval?.duration ?? Self.defaultInterval)
            try await connection.withEngine { engine throws(EngineError) in
                try await watch.run(on: engine)
            }
        } else {
            try await checkOnce()
        }
    }

    private var checkedConfiguration: EngineConfiguration {
        var configuration = connection.configuration
        configuration.healthCheck = .engineStatus(
            interval: interval?.duration ?? Self.defaultInterval, timeout: configuration.timeout)
        // Who watches wants to know at once.
        configuration.health.failureThreshold = 1
        configuration.health.trialSuccesses = 1
        configuration.health.maximumOpenInterval = configuration.health.openInterval
        return configuration
    }

    private func checkOnce() async throws {
        var isReady = false
        try await connection.withEngine { engine throws(EngineError) in
            let report = HealthReport(try await engine.status.get())
            try connection.output.print(report)
            isReady = report.ready
        }
        if requireReady, !isReady { throw ExitCode.failure }
    }
}
