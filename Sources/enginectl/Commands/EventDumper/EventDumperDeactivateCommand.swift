internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The dumper switched off.
struct EventDumperDeactivateCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "deactivate",
        abstract: "Stop dumping events.",
        discussion: """
            Example:
              enginectl dumper deactivate
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.eventDumper.deactivate()
    }
}
