internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A space's resources of one type.
struct ResourcesListCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the resources of one type in a space.",
        discussion: """
            Example:
              enginectl content resources list standard decoder
              enginectl content resources list custom kvdb --json
            """)

    @OptionGroup var space: SpaceArgument

    @Argument(help: "What it is.")
    var type: ResourceTypeArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> [ResourceSummary] {
        try await engine.content.resources.list(type.type, in: space.space)
    }
}
