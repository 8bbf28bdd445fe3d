internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The metrics' names.
struct MetricsListCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the names of the metrics, one on a line.",
        discussion: """
            Example:
              enginectl metrics list
              enginectl metrics list --space standard
            """)

    @Option(
        help: ArgumentHelp("The space; the global metrics without it.", valueName: "name"),
        completion: EngineCompletion.spaces)
    var space: String?

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> [String] {
        try await engine.metrics.list(space: space)
    }
}
