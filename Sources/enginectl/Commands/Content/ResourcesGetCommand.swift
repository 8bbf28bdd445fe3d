internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// One resource.
struct ResourcesGetCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print one resource, as JSON.",
        discussion: """
            With --json it stands on one line.

            Example:
              enginectl content resources get custom 3f086ce2-32a4-42b0-be7e-40dcfb9c6160
            """)

    @OptionGroup var space: SpaceArgument

    @Argument(help: "The resource's UUID.")
    var uuid: String

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> JSONValue {
        try await engine.content.resources.get(uuid: uuid, in: space.space)
    }
}
