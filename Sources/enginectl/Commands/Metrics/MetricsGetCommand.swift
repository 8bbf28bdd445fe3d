internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// One metric.
struct MetricsGetCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show one metric with its value.",
        discussion: """
            Example:
              enginectl metrics get router.events.processed
              enginectl metrics get --json router.eps.1m | jq .value
            """)

    @OptionGroup var metric: MetricArguments

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> Metric {
        try await engine.metrics.get(metric.name, space: metric.space)
    }
}
