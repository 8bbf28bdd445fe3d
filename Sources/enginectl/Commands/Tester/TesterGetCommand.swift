internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// One session.
struct TesterGetCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show one testing session.",
        discussion: """
            Example:
              enginectl tester get mine
            """)

    @OptionGroup var session: SessionArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> TesterSessionEntry {
        try await engine.tester.get(session.name)
    }
}
