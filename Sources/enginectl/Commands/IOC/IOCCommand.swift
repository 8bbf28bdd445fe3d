internal import ArgumentParser

/// The commands about indicators of compromise.
struct IOCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ioc",
        abstract: "Show and update the indicators of compromise.",
        discussion: """
            Example:
              enginectl ioc state
            """,
        subcommands: [
            IOCStateCommand.self, IOCUpdateCommand.self,
        ])
}
