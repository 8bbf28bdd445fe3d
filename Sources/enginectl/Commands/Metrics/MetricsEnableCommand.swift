internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A metric switched on.
struct MetricsEnableCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let the engine keep a metric.",
        discussion: """
            Example:
              enginectl metrics enable router.events.processed
            """)

    @OptionGroup var metric: MetricArguments

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.metrics.enable(metric.name, space: metric.space)
    }
}
