internal import ArgumentParser

/// The commands about the router's routes.
struct RouterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "router",
        abstract: "Show and change the routes that events take.",
        discussion: """
            Example:
              enginectl router table
              enginectl router post mine --space custom --priority 10
            """,
        subcommands: [
            RouterTableCommand.self, RouterGetCommand.self, RouterPostCommand.self,
            RouterDeleteCommand.self, RouterReloadCommand.self, RouterPriorityCommand.self,
        ])
}
