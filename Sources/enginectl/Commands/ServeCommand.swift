internal import ArgumentParser
internal import EngineCore
internal import EngineTesting

/// An embedded engine to try clients against.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run an embedded engine, which starts empty and keeps what it is told.",
        discussion: """
            Prints one line when it listens. SIGINT and SIGTERM end it: it closes its connections, \
            removes its socket and exits with 0, or with 1 when --log could not be written.

            Example:
              enginectl serve --socket /tmp/engine.sock --workers 2
              enginectl serve --socket /tmp/engine.sock --latency 250ms --latency-every 100 --fixed
              enginectl serve --socket /tmp/engine.sock --fault reset:0.01 --seed 7
              enginectl serve --socket /tmp/engine.sock --fault delay=200ms@/metrics/list
              enginectl status --socket /tmp/engine.sock
            """)

    @Option(
        help: ArgumentHelp("Where to listen; nothing may be there yet.", valueName: "path"),
        completion: .file())
    var socket: String

    @Option(
        help: ArgumentHelp(
            "Connections served at a time; the others wait. (default: no limit)",
            valueName: "number"))
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "A pause before each answer, such as 250ms, 1.5s or 50us; without a unit milliseconds.",
            valueName: "duration"))
    var latency = DurationArgument(milliseconds: 0)

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
            valueName: "file"),
        completion: .file())
    var log: String?

    @Option(
        help: ArgumentHelp(
            "What goes wrong with answers; may be given more than once.",
            discussion: """
                KIND[=VALUE][:PROBABILITY|#NUMBER][@PATH], where KIND is reset, garbage, \
                never-answer, delay=DURATION, truncate=BYTES, or close-after=ANSWERS; NUMBER is \
                that of the request among those to PATH, counted from 1.
                """, valueName: "fault"))
    var fault: [FaultArgument] = []

    @Option(
        help: ArgumentHelp(
            "What faults that have a probability are drawn with.", valueName: "number"))
    var seed: UInt64 = 1

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let workers, workers < 1 {
            throw ValidationError("'--workers' takes a whole number from 1 on.")
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
            let announced = Result { () throws(EngineError) -> Bool in
                try output.print(
                    Announcement(socket: server.socketPath),
                    orText: "listening on \(server.socketPath)\n")
            }
            if case .success = announced { await signals.next() }
            await server.stop()
            _ = try announced.get()
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
        configuration.latency = latency.duration
        configuration.latencyEvery = latencyEvery
        configuration.recordsRequests = false
        configuration.faults = fault.map(\.rule)
        configuration.faultSeed = seed
        if let logFile {
            configuration.onRequest = { logFile.append("\($0.method) \($0.path)") }
        }
        do {
            guard fixed else { return try await EmbeddedEngine.start(configuration) }
            return try await EmbeddedEngine.start(configuration, handler: Self.answerFixed)
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
