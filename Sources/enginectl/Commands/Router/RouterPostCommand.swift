internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A new route.
struct RouterPostCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "post",
        abstract: "Add a route.",
        discussion: """
            Example:
              enginectl router post mine --space custom --priority 10
              enginectl router post audit --space custom --priority 1 --description first
            """)

    @Option(
        help: ArgumentHelp("The space whose policy takes the events.", valueName: "name"),
        completion: EngineCompletion.spaces)
    var space: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Its place among the routes; the lowest comes first, and no two may be the same.",
            valueName: "number"),
        transform: NumberArgument.within(0...UInt32.max))
    var priority: UInt32

    @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
    var description: String?

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The new route's name.")
    var name: String

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.router.post(
            Route(
                name: name, namespaceID: space, priority: priority, description: description))
    }
}
