internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// Whether the dumper is on.
struct EventDumperStatusCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether events are being dumped.",
        discussion: """
            Example:
              enginectl dumper status
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> EventDumperStatus {
        try await engine.eventDumper.status()
    }
}
