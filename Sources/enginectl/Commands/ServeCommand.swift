internal import ArgumentParser
internal import EngineCore
internal import EngineTesting

/// An embedded engine to try clients against.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run an embedded engine that answers as a recorded one did.",
        discussion: """
            Prints one line when it listens. SIGINT and SIGTERM end it: it closes its connections, \
            removes its socket and exits with 0, or with 1 when --log could not be written.

            Example:
              enginectl serve --socket /tmp/engine.sock --workers 2
              enginectl serve --socket /tmp/engine.sock --latency 250 --latency-every 100 --fixed
              enginectl status --socket /tmp/engine.sock
            """)

    // A day; far below what a duration holds.
    private static let maximumLatency = 86_400_000.0

    @Option(help: ArgumentHelp("Where to listen; nothing may be there yet.", valueName: "path"))
    var socket: String

    @Option(
        help: ArgumentHelp(
            "Connections served at a time; the others wait. (default: no limit)",
            valueName: "number"))
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "A pause before each answer; fractions are fine.", valueName: "milliseconds"))
    var latency = 0.0

    @Option(
        help: ArgumentHelp(
            "Pause before one of so many answers only, in the order in which requests arrive.",
            valueName: "number"))
    var latencyEvery = 1

    @Flag(help: "Answer {\"status\":\"OK\"} to everything, unread: for benchmarks.")
    var fixed = false

    @Option(
        help: ArgumentHelp(
            "Add a line to a file for each request, before it is answered: method and path.",
            valueName: "file"))
    var log: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let workers, workers < 1 {
            throw ValidationError("'--workers' takes a whole number from 1 on.")
        }
        guard latency.isFinite, (0...Self.maximumLatency).contains(latency) else {
            throw ValidationError("'--latency' takes a number of milliseconds from 0 to 86400000.")
        }
        guard latencyEvery >= 1 else {
            throw ValidationError("'--latency-every' takes a whole number from 1 on.")
        }
    }

    func run() async throws {
        let logFile = try openLog()
        try await output.reportingFailure { () async throws(EngineError) in
            let signals = await TerminationSignals()
            let server = try await start(logFile)
            let announced = Result { () throws(EngineError) in
                try output.print(
                    Announcement(socket: server.socketPath),
                    orText: "listening on \(server.socketPath)\n")
            }
            if case .success = announced { await signals.next() }
            await server.stop()
            try announced.get()
            if let failure = logFile?.failure { throw Self.logFailure(failure) }
        }
    }

    private static let fixedAnswer = EmbeddedResponse.json(#"{"status":"OK"}"#)
    private static let answerFixed: EmbeddedEngine.Handler = { _ in fixedAnswer }

    private struct Announcement: Encodable {
        let socket: String
    }

    private func openLog() throws(ValidationError) -> LogFile? {
        guard let log else { return nil }
        do throws(SystemError) {
            return try LogFile(log)
        } catch {
            throw ValidationError("'--log' can't be opened: \(log): \(error)")
        }
    }

    private func start(_ logFile: LogFile?) async throws(EngineError) -> EmbeddedEngine {
        var configuration = EmbeddedEngine.Configuration()
        configuration.socketPath = socket
        configuration.workers = workers
        configuration.latency = .milliseconds(latency)
        configuration.latencyEvery = latencyEvery
        configuration.recordsRequests = false
        if let logFile {
            configuration.onRequest = { logFile.append("\($0.method) \($0.path)") }
        }
        do {
            return try await EmbeddedEngine.start(
                configuration, handler: fixed ? Self.answerFixed : RecordedAnswers.answer)
        } catch {
            let message = "the socket can't be listened on"
            throw EngineError(
                .connection, message: message, detail: "\(message): \(socket): \(error)",
                underlying: error, delivery: .neverSent)
        }
    }

    private static func logFailure(_ cause: SystemError) -> EngineError {
        let message = "the log can't be written"
        return EngineError(
            .unexpected, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: .neverSent)
    }
}
