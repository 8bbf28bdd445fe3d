internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// One metric.
struct MetricsGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show one metric with its value.",
        discussion: """
            Example:
              enginectl metrics get router.events.processed
              enginectl metrics get --json router.eps.1m | jq .value
            """)

    @Option(help: ArgumentHelp("The space; a global metric without it.", valueName: "name"))
    var space: String?

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The metric's name.")
    var name: String

    func run() async throws {
        try await connection.withEngine { engine throws(EngineError) in
            let metric = try await engine.metrics.get(name, space: space)
            try connection.output.print(metric, orText: metric.text)
        }
    }
}
