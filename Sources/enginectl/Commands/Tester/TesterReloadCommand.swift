internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A session built anew.
struct TesterReloadCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Build a testing session anew from the content of its space.",
        discussion: """
            Example:
              enginectl tester reload mine
            """)

    @OptionGroup var session: SessionArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.tester.reload(session.name)
    }
}
