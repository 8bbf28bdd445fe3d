internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The engine's own view of its state.
struct StatusCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the engine is ready, and what state its content is in.",
        discussion: """
            An engine that answers that it is not ready is no failure: the exit status is 0.

            Example:
              enginectl status
              enginectl status --json | jq .ready
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> EngineStatus {
        try await engine.status.get()
    }
}
