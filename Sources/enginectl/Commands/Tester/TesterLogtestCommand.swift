internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// An event tested in a space's session.
struct TesterLogtestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logtest",
        abstract: "Test an event in the session that a validated policy left for its space.",
        discussion: """
            The session is made by `content policies validate --load-in-tester`.

            Example:
              enginectl tester logtest custom 'hello' --location /var/log/auth.log
              tail -n 1 app.log | enginectl tester logtest custom -
            """)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The number of the queue that the event would come by, from 1 to 255. (default: 49)",
            valueName: "number"),
        transform: NumberArgument.within(1...255))
    var queue: UInt32 = 49

    @Option(help: ArgumentHelp("Where it comes from, such as a log's path.", valueName: "text"))
    var location = "enginectl"

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var space: SpaceArgument

    @OptionGroup var tested: TestedEventOptions

    func run() async throws {
        let logtest = Logtest(
            queue: queue, location: location, metadata: try tested.agentMetadata(),
            event: try tested.eventText(), traceLevel: tested.trace.level, space: space.space)
        try await connection.printReply { engine throws(EngineError) in
            try await engine.tester.logtest(logtest)
        }
    }
}
