internal import ArgumentParser

/// The commands about the event stream.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Send events to the engine's events socket.",
        discussion: """
            Example:
              enginectl events post --socket engine.sock events.log
              tail -F app.log | sed -u 's/^/1:app:/' |
                enginectl events post --socket engine.sock -
            """,
        subcommands: [EventsPostCommand.self])
}
