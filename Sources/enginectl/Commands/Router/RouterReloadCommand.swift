internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A route built anew.
struct RouterReloadCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Build a route anew from the content of its space.",
        discussion: """
            Example:
              enginectl router reload default
            """)

    @OptionGroup var route: RouteArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.router.reload(route.name)
    }
}
