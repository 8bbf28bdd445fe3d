internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// Every route.
struct RouterTableCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Show every route.",
        discussion: """
            Example:
              enginectl router table
              enginectl router table --json | jq -r '.[].name'
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> [RouteEntry] {
        try await engine.router.table()
    }
}
