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
            that can't be reached is a state like others. SIGINT and SIGTERM end the watch, and \
            the exit status is 0.

            With several engines the watch tells which of them takes requests: healthy, unready \
            (it says so itself), broken (it does not answer), or recovering.

            Example:
              enginectl health
              enginectl health --require-ready --timeout 1
              enginectl health --watch --interval 5 --json
              enginectl health --watch --socket /run/engine-a.sock --socket /run/engine-b.sock
            """)

    // Far beyond any use, and far below what a duration holds.
    private static let maximumInterval = 1e9

    @Flag(help: "Go on asking, and print what changes.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "The pause between two requests of --watch; fractions are fine. (default: 1)",
            valueName: "seconds"))
    var interval: Double?

    @Flag(help: "Exit with 1 when the engine is not ready.")
    var requireReady = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if let interval, !(interval > 0 && interval <= Self.maximumInterval) {
            throw ValidationError(
                "'--interval' takes a number of seconds above 0, up to 1000000000.")
        }
        if interval != nil, !watch {
            throw ValidationError("'--interval' takes effect with '--watch' only.")
        }
        if requireReady, watch {
            throw ValidationError("'--require-ready' and '--watch' exclude each other.")
        }
    }

    func run() async throws {
        if watch, connection.sockets.count > 1 {
            let watch = FleetWatch(output: connection.output)
            try await connection.output.reportingFailure { () async throws(EngineError) in
                try await watch.run(with: checkedConfiguration)
            }
        } else if watch {
            let watch = HealthWatch(
                output: connection.output, interval: .seconds(interval ?? 1))
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
            interval: .seconds(interval ?? 1), timeout: configuration.timeout)
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
