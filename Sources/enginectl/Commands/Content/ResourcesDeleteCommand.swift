internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A resource removed.
struct ResourcesDeleteCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a resource from a space.",
        discussion: """
            Example:
              enginectl content resources delete custom 3f086ce2-32a4-42b0-be7e-40dcfb9c6160
            """)

    @OptionGroup var space: SpaceArgument

    @Argument(help: "The resource's UUID.")
    var uuid: String

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.content.resources.delete(uuid: uuid, in: space.space)
    }
}
