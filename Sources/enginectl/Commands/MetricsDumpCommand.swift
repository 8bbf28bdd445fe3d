internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// Every metric.
struct MetricsDumpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Show every metric with its value.",
        discussion: """
            Example:
              enginectl metrics dump
              enginectl metrics dump --json | jq '.global[] | select(.value > 0)'
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withEngine { engine throws(EngineError) in
            let dump = try await engine.metrics.dump()
            try connection.output.print(dump, orText: dump.text)
        }
    }
}
