internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// A new session.
struct TesterPostCommand: ModuleAction {
    static let configuration = CommandConfiguration(
        commandName: "post",
        abstract: "Add a testing session.",
        discussion: """
            Example:
              enginectl tester post trial --space custom
              enginectl tester post night --space custom --lifetime 3600 --description daily
            """)

    @Option(
        help: ArgumentHelp("The space whose policy takes the events.", valueName: "name"),
        completion: EngineCompletion.spaces)
    var space: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How long it is meant to live; the engine names no unit. (default: 0)",
            valueName: "number"),
        transform: NumberArgument.within(0...UInt32.max))
    var lifetime: UInt32 = 0

    @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
    var description: String?

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The new session's name.")
    var name: String

    func call(_ engine: Engine) async throws(EngineError) {
        try await engine.tester.post(
            TesterSession(
                name: name, namespaceID: space, lifetime: lifetime, description: description))
    }
}
