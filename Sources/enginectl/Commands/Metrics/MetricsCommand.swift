internal import ArgumentParser

/// The commands about metrics.
struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Read the engine's metrics, and switch them on and off.",
        discussion: """
            Example:
              enginectl metrics dump
              enginectl metrics get router.events.processed
            """,
        subcommands: [
            MetricsDumpCommand.self, MetricsListCommand.self, MetricsGetCommand.self,
            MetricsEnableCommand.self, MetricsDisableCommand.self,
        ])
}
