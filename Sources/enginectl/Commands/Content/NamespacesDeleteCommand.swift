internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A space removed.
struct NamespacesDeleteCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a space with all that is in it.",
        discussion: """
            Example:
              enginectl content namespaces delete custom
            """)

    @OptionGroup var space: SpaceArgument

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.content.namespaces.delete(space.space)
    }
}
