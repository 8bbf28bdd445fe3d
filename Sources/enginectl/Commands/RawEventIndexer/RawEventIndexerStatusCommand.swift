internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// Whether raw events are indexed.
struct RawEventIndexerStatusCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether raw events are indexed.",
        discussion: """
            Example:
              enginectl indexer status
              enginectl indexer status --json | jq .enabled
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> RawEventIndexerStatus {
        try await engine.rawEventIndexer.status()
    }
}
