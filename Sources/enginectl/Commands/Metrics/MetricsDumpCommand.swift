internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// Every metric.
struct MetricsDumpCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Show every metric with its value.",
        discussion: """
            Example:
              enginectl metrics dump
              enginectl metrics dump --json | jq '.global[] | select(.value > 0)'
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> MetricsDump {
        try await engine.metrics.dump()
    }
}
