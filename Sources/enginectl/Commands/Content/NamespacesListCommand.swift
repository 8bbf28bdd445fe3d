internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The spaces' names.
struct NamespacesListCommand: ModuleQuery {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the names of the spaces, one on a line.",
        discussion: """
            Example:
              enginectl content namespaces list
            """)

    @OptionGroup var connection: ConnectionOptions

    func call(_ engine: Engine) async throws(EngineError) -> [String] {
        try await engine.content.namespaces.list()
    }
}
