internal import ArgumentParser
internal import EngineCore

/// An event to test, and how much to tell of it.
struct TestedEventOptions: ParsableArguments {
    @Option(help: ContentArgument.help("What is known of the agent, a JSON object"))
    var metadata: ContentArgument?

    @Option(
        help: ArgumentHelp(
            "How much to tell about the assets that the event passes.", valueName: "level"))
    var trace = TraceLevelArgument.none

    @Argument(help: ContentArgument.help("The event", valueName: "event|@file|-"))
    var event: ContentArgument

    func validate() throws {
        if metadata?.isStandardInput == true, event.isStandardInput {
            throw ValidationError("Only one of '--metadata' and the event can be '-'.")
        }
    }

    /// The event's text.
    func eventText() throws(ValidationError) -> String {
        try event.text(of: "event")
    }

    /// What is known of the agent; nothing unless it was given.
    func agentMetadata() throws(ValidationError) -> JSONValue {
        try metadata?.object(of: "--metadata") ?? [:]
    }
}
