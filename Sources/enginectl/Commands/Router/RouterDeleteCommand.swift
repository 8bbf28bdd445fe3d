internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A route removed.
struct RouterDeleteCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a route.",
        discussion: """
            Example:
              enginectl router delete default
            """)

    @OptionGroup var route: RouteArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.router.delete(route.name)
    }
}
