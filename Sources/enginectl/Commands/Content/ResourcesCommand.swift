internal import ArgumentParser

/// The commands about resources.
struct ResourcesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resources",
        abstract: "Show, set, check and remove the resources in a space.",
        discussion: """
            Example:
              enginectl content resources list standard decoder
              enginectl content resources upsert custom decoder @decoder.json
            """,
        subcommands: [
            ResourcesListCommand.self, ResourcesGetCommand.self, ResourcesUpsertCommand.self,
            ResourcesDeleteCommand.self, ResourcesValidateCommand.self,
        ])
}
