internal import ArgumentParser

/// The commands about spaces.
struct NamespacesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "namespaces",
        abstract: "Show, make, fill and remove spaces.",
        discussion: """
            Example:
              enginectl content namespaces list
              enginectl content namespaces create staging
            """,
        subcommands: [
            NamespacesListCommand.self, NamespacesCreateCommand.self, NamespacesDeleteCommand.self,
            NamespacesImportCommand.self,
        ])
}
