internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The state of the indicators.
struct IOCStateCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Show which indicators the engine has, and whether it updates them.",
        discussion: """
            Example:
              enginectl ioc state
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> IOCState {
        try await engine.ioc.state()
    }
}
