internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The dumper switched on.
struct EventDumperActivateCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Start dumping events.",
        discussion: """
            Example:
              enginectl dumper activate
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.eventDumper.activate()
    }
}
