internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The end of a space's session.
struct TesterDeleteLogtestCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "delete-logtest",
        abstract: "End the session that a validated policy left for its space.",
        discussion: """
            It is no failure when there is none.

            Example:
              enginectl tester delete-logtest custom
            """)

    @OptionGroup var space: SpaceArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.tester.deleteLogtest(space: space.space)
    }
}
