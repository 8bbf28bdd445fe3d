internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The lines of a file, or of standard input as they come, as events.
struct EventsPostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "post",
        abstract: "Send each line of a file as an event.",
        discussion: """
            A line is an event as the engine takes it: queue:location:message. Empty lines are \
            passed over. SIGINT and SIGTERM end the reading; what was read is still sent, for as \
            long as --timeout says. The summary accounts for every event; the exit status is 1 when \
            one of them failed.

            Example:
              enginectl events post --socket /run/engine-events.sock --source 001 events.log
              tail -F app.log | enginectl events post --socket /run/engine-events.sock -
            """)

    private static let maximumLinger = 86_400_000.0

    @Option(help: ArgumentHelp("The agent that the events are sent for.", valueName: "id"))
    var source = "000"

    @Option(help: ArgumentHelp("Bytes of events in a batch, at most.", valueName: "bytes"))
    var batchSize = 256 * 1024

    @Option(
        help: ArgumentHelp(
            "How long an event waits for others to share its batch; fractions are fine.",
            valueName: "milliseconds"))
    var linger = 5.0

    @Flag(help: "Send a batch again when nobody can tell whether the engine has taken it.")
    var atLeastOnce = false

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "A file, or - for standard input.")
    var file: String

    func validate() throws {
        guard connection.sockets != [EngineConfiguration.defaultSocketPath] else {
            throw ValidationError("'--socket' must name the events socket: it has no default path.")
        }
        guard batchSize >= 1 else {
            throw ValidationError("'--batch-size' takes a whole number from 1 on.")
        }
        guard linger.isFinite, (0...Self.maximumLinger).contains(linger) else {
            throw ValidationError("'--linger' takes a number of milliseconds from 0 to 86400000.")
        }
    }

    func run() async throws {
        let input = try openInput()
        let firstFailure = Locked<EngineError?>(nil)
        try await connection.withEngine { engine throws(EngineError) in
            let header = try EventHeader(agentID: source)
            let sink = EventSink(to: engine, configuration: configuration(firstFailure))
            let load = EventLoad(input, into: try sink.source(header))
            let terminal = StandardStream.error
            let progress =
                terminal.isTerminal
                ? Task { await ProgressLine(terminal: terminal) { load.progressText }.run() } : nil
            let signals = await TerminationSignals()
            let (result, isInterrupted) = await signals.cancelling { await load.run() }
            await sink.close()
            progress?.cancel()
            await progress?.value
            let summary = EventSummary(
                sink.statistics, seconds: load.seconds, isInterrupted: isInterrupted)
            try connection.output.print(summary, orText: summary.text)
            try result.get()
            if let failure = firstFailure.withLock({ $0 }) { throw failure }
        }
    }

    private func openInput() throws(ValidationError) -> LineInput {
        guard file != "-" else { return .standardInput }
        do throws(SystemError) {
            return try LineInput(path: file)
        } catch {
            throw ValidationError("the events can't be read from \(file): \(error)")
        }
    }

    private func configuration(
        _ firstFailure: Locked<EngineError?>
    ) -> EventSinkConfiguration {
        var configuration = EventSinkConfiguration()
        configuration.guarantee = atLeastOnce ? .atLeastOnce : .atMostOnce
        configuration.maximumBatchSize = batchSize
        configuration.linger = .milliseconds(linger)
        configuration.shutdownTimeout = .seconds(connection.timeout)
        configuration.deliveryTimeout = .seconds(connection.timeout)
        configuration.onFailure = { batch in
            firstFailure.withLock { failure in failure = failure ?? batch.error }
        }
        return configuration
    }
}
