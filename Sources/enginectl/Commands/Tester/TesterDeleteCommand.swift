internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A session removed.
struct TesterDeleteCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a testing session.",
        discussion: """
            Example:
              enginectl tester delete mine
            """)

    @OptionGroup var session: SessionArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.tester.delete(session.name)
    }
}
