internal import ArgumentParser

/// The commands about testing sessions.
struct TesterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tester",
        abstract: "Test events, and manage the sessions for it.",
        discussion: """
            Example:
              enginectl tester post trial --space custom
              enginectl tester run trial '1:/var/log/auth.log:hello' --trace asset-only
            """,
        subcommands: [
            TesterTableCommand.self, TesterGetCommand.self, TesterPostCommand.self,
            TesterDeleteCommand.self, TesterReloadCommand.self, TesterRunCommand.self,
            TesterLogtestCommand.self, TesterDeleteLogtestCommand.self,
        ])
}
