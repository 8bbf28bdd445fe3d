internal import ArgumentParser

/// The commands about content.
struct ContentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "content",
        abstract: "Show and change what the engine works with, space by space.",
        discussion: """
            Example:
              enginectl content namespaces list
              enginectl content resources list standard decoder
            """,
        subcommands: [
            NamespacesCommand.self, PoliciesCommand.self, ResourcesCommand.self,
        ])
}
