internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A new space.
struct NamespacesCreateCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an empty space.",
        discussion: """
            Example:
              enginectl content namespaces create staging
            """)

    @Argument(help: "The new space's name.")
    var space: String

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.content.namespaces.create(space)
    }
}
