internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A metric switched off.
struct MetricsDisableCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Let the engine keep a metric no longer.",
        discussion: """
            Example:
              enginectl metrics disable router.events.processed
              enginectl metrics disable --space standard router.eps.1m
            """)

    @OptionGroup var metric: MetricArguments

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.metrics.disable(metric.name, space: metric.space)
    }
}
