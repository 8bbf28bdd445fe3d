internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The metrics' names.
struct MetricsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the names of the metrics, one on a line.",
        discussion: """
            Example:
              enginectl metrics list
              enginectl metrics list --space standard
            """)

    @Option(help: ArgumentHelp("The space; the global metrics without it.", valueName: "name"))
    var space: String?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withEngine { engine throws(EngineError) in
            let names = try await engine.metrics.list(space: space)
            try connection.output.print(
                names, orText: names.map { $0.onOneLine + "\n" }.joined())
        }
    }
}
