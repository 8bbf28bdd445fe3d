internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// Every session.
struct TesterTableCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Show every testing session.",
        discussion: """
            Example:
              enginectl tester table
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> [TesterSessionEntry] {
        try await engine.tester.table().sorted { $0.session.name < $1.session.name }
    }
}
