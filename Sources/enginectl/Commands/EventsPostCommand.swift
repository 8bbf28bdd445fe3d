internal import ArgumentParser
internal import EngineCore
internal import EngineModules

/// The lines of a file, or of standard input as they come, as events.
struct EventsPostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "post",
        abstract: "Send each line of a file as an event.",
        discussion: """
            A line is an event as the engine takes it: queue:location:message. It ends with LF or \
            CRLF; empty lines are skipped. A line over --batch-size is refused, and the others go \
            on.

            An event that can't be delivered fails after --give-up-after: by default after \
            --timeout, and with --at-least-once never. Reading pauses while events wait. SIGINT, \
            SIGTERM and SIGHUP end the reading; lines that were read are still sent, within \
            --timeout.

            The summary accounts for each line read: it was delivered, failed, dropped, refused, \
            unsent (not accepted in time at the end) or empty. The exit status is 1 when a line \
            failed, was refused or is unsent.

            Example:
              enginectl events post --socket engine.sock --source 001 events.log
              tail -F app.log | sed -u 's/^/1:app:/' |
                enginectl events post --socket engine.sock --at-least-once -
            """)

    private static let maximumBatchSize = 1 << 30
    private static let pendingBatches = 4

    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp(
            "The engine's events socket, which is not the one of its API: a path or a unix: URL. "
                + "May be given more than once. (default: $\(EnvironmentSocket.events.name))",
            valueName: "path"),
        completion: .file())
    var sockets: [String] = []

    @Option(help: ArgumentHelp("The agent that the events are sent for.", valueName: "id"))
    var source = "000"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Bytes of events in a batch, at most. (default: 262144)", valueName: "bytes"),
        transform: NumberArgument.within(1...maximumBatchSize))
    var batchSize = 256 * 1024

    @Option(
        parsing: .unconditional,
        help: DurationArgument.help(
            "How long an event waits for others to share its batch.", default: "5ms"),
        transform: DurationArgument.parse)
    var linger = DurationArgument(.milliseconds(5))

    @Flag(help: "Send a batch again when nobody can tell whether the engine has taken it.")
    var atLeastOnce = false

    @Option(
        parsing: .unconditional,
        help: LimitArgument.help(
            "How long to try to deliver an event.",
            default: "--timeout, with --at-least-once none"),
        transform: LimitArgument.parse)
    var giveUpAfter: LimitArgument?

    @OptionGroup var requests: RequestOptions

    @Argument(help: "A file, or - for standard input.", completion: .file())
    var file: String

    private var socketPaths: [String] {
        sockets.isEmpty ? [EnvironmentSocket.events.path].compactMap { $0 } : sockets
    }

    func validate() throws {
        try RequestOptions.check(sockets)
        guard !socketPaths.isEmpty else {
            throw ValidationError(
                "the engine's events socket has no default path: name it with '--socket', or in "
                    + "the environment as \(EnvironmentSocket.events.name).")
        }
    }

    func run() async throws {
        let input = try openInput()
        let firstFailure = Locked<EngineError?>(nil)
        try await requests.withEngine(requests.configuration(for: socketPaths)) {
            engine throws(EngineError) in
            let header = try EventHeader(agentID: source)
            let sink = EventSink(to: engine, configuration: configuration(firstFailure))
            let load = EventLoad(
                input, into: try sink.source(header), maximumLineLength: batchSize,
                onFirstRefusal: tellRefusal)
            let terminal = StandardStream.error
            let progress =
                terminal.isTerminal
                ? Task { await ProgressLine(terminal: terminal) { load.progressText }.run() } : nil
            let signals = await TerminationSignals()
            let (result, isInterrupted) = await signals.cancelling { await load.run() }
            await load.finish(within: closingTime)
            progress?.cancel()
            await progress?.value
            let summary = EventSummary(
                load.counts, sink.statistics, seconds: load.seconds, isInterrupted: isInterrupted)
            try requests.output.print(summary, orText: summary.text)
            try result.get()
            if let failure = firstFailure.withLock({ $0 }) { throw failure }
            try check(load.counts)
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
        configuration.maximumPendingSize = max(
            configuration.maximumPendingSize, Self.pendingBatches * batchSize)
        configuration.linger = linger.duration
        configuration.shutdownTimeout = closingTime
        configuration.deliveryTimeout =
            giveUpAfter.map(\.duration) ?? (atLeastOnce ? nil : requests.timeout.duration)
        configuration.onFailure = { batch in
            firstFailure.withLock { failure in failure = failure ?? batch.error }
        }
        return configuration
    }

    private var closingTime: Duration { requests.timeout.duration ?? .unlimited }

    // MARK: Lines that are not sent

    private func tellRefusal(line: Int) {
        let text = "warning: line \(line) is refused: \(refusalReason)\n"
        // The end tells it again.
        _ = try? StandardStream.error.write(Array(text.utf8))
    }

    private var refusalReason: String {
        "it does not fit into a batch (--batch-size \(batchSize))"
    }

    private func check(_ counts: EventLoad.Counts) throws(EngineError) {
        if let first = counts.firstRefused {
            throw EngineError(
                .unexpected, message: "lines that do not fit into a batch were refused",
                detail: "\(counts.refused) refused, the first is line \(first): \(refusalReason)",
                delivery: .neverSent)
        }
        if counts.unsent > 0 {
            throw EngineError(
                .timeout, message: "the deadline for closing passed before all lines were sent",
                detail: "\(counts.unsent) lines were read and not sent", delivery: .neverSent)
        }
    }
}
