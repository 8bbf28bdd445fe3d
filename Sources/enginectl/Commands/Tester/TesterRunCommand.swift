internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// An event tested in a session.
struct TesterRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Test an event in a session.",
        discussion: """
            The event has the form QUEUE:LOCATION:MESSAGE, where the queue is one byte.

            Example:
              enginectl tester run mine '1:/var/log/auth.log:hello'
              enginectl tester run mine --trace all --asset decoder/sshd/0 @event.txt
            """)

    @Option(
        help: ArgumentHelp(
            "An asset to tell about; may be given more than once. (default: all)",
            valueName: "name"))
    var asset: [String] = []

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var session: SessionArgument

    @OptionGroup var tested: TestedEventOptions

    func validate() throws {
        if !asset.isEmpty, tested.trace == .none {
            throw ValidationError("'--asset' takes effect with '--trace asset-only' or 'all' only.")
        }
    }

    func run() async throws {
        let run = TesterRun(
            name: session.name, event: try tested.eventText(),
            agentMetadata: try tested.agentMetadata(), traceLevel: tested.trace.level,
            assetTrace: asset)
        try await connection.printReply { engine throws(EngineError) in
            try await engine.tester.run(run)
        }
    }
}
