internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// One route.
struct RouterGetCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show one route.",
        discussion: """
            Example:
              enginectl router get default
            """)

    @OptionGroup var route: RouteArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> RouteEntry {
        try await engine.router.get(route.name)
    }
}
