internal import ArgumentParser

/// The commands about the event dumper.
struct EventDumperCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dumper",
        abstract: "Let the engine dump the events that arrive to a file.",
        discussion: """
            Example:
              enginectl dumper activate
              enginectl dumper status
            """,
        subcommands: [
            EventDumperActivateCommand.self, EventDumperDeactivateCommand.self,
            EventDumperStatusCommand.self,
        ])
}
