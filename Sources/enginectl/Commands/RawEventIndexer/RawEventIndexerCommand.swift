internal import ArgumentParser

/// The commands about the indexer of raw events.
struct RawEventIndexerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indexer",
        abstract: "Ask the indexer of raw events.",
        discussion: """
            Example:
              enginectl indexer status
            """,
        subcommands: [
            RawEventIndexerStatusCommand.self
        ])
}
