internal import ArgumentParser

/// The commands about the event stream.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Send events to the engine's events socket.",
        discussion: """
            Example:
              enginectl events post --socket /run/engine-events.sock events.log
              tail -F app.log | enginectl events post --socket /run/engine-events.sock -
            """,
        subcommands: [EventsPostCommand.self])
}
