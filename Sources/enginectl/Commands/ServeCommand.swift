internal import ArgumentParser
internal import EngineCore
internal import EngineTesting

/// An embedded engine to try clients against.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run an embedded engine to try clients against.",
        discussion: """
            It answers from a state that requests change. The state starts empty, or with --sample as \
            that of an engine at work, with which every example of these helps runs: spaces \
            standard and custom, a route, testing sessions, metrics, geolocation.

            Prints one line when it listens. SIGINT, SIGTERM and SIGHUP end it: it closes its connections, \
            removes its socket and exits with 0, or with 1 when --log could not be written.

            Example:
              enginectl serve --socket engine.sock --sample --sample-files .
              enginectl serve --socket engine.sock --workers 2
              enginectl serve --socket engine.sock --latency 250ms --latency-every 100
              enginectl serve --socket engine.sock --fixed
              enginectl serve --socket engine.sock --fault reset:0.01 --seed 7
              enginectl serve --socket engine.sock --fault delay=200ms@/metrics/list
            """)

    @Option(
        help: ArgumentHelp("Where to listen; nothing may be there yet.", valueName: "path"),
        completion: .file())
    var socket: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Connections served at a time; the others wait. (default: no limit)",
            valueName: "number"),
        transform: NumberArgument.within(1...Int.max))
    var workers: Int?

    @Option(
        parsing: .unconditional,
        help: DurationArgument.help("A pause before each answer.", default: "0s"),
        transform: DurationArgument.parse)
    var latency = DurationArgument(.zero)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Pause before one of so many answers only, in the order in which requests arrive. "
                + "(default: 1)",
            valueName: "number"),
        transform: NumberArgument.within(1...Int.max))
    var latencyEvery = 1

    @Flag(help: "Start with content instead of empty.")
    var sample = false

    @Option(
        help: ArgumentHelp(
            "Write the files that the examples name, such as policy.json, to a directory; none "
                + "that is there is changed.",
            valueName: "directory"),
        completion: .directory)
    var sampleFiles: String?

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
                """, valueName: "fault"),
        transform: FaultArgument.parse)
    var fault: [FaultArgument] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What faults that have a probability are drawn with. (default: 1)", valueName: "number"),
        transform: NumberArgument.within(0...UInt64.max))
    var seed: UInt64 = 1

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if fixed, sample || sampleFiles != nil {
            throw ValidationError("'--fixed' and '--sample' exclude each other.")
        }
    }

    func run() async throws {
        let logFile = try openLog()
        let state = try initialState()
        try await output.reportingFailure { () async throws(EngineError) in
            let signals = await TerminationSignals()
            let server = try await start(logFile, state)
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

    private func initialState() throws(ValidationError) -> EngineState {
        var state = sample ? EngineState.sample : EngineState()
        if let sampleFiles {
            state.addSampleFiles(in: try SampleFiles(sampleFiles).write())
        }
        return state
    }

    private func start(
        _ logFile: LogFile?, _ state: EngineState
    ) async throws(EngineError) -> EmbeddedEngine {
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
            guard fixed else {
                return try await EmbeddedEngine.start(configuration, state: state)
            }
            return try await EmbeddedEngine.start(configuration, handler: Self.answerFixed)
        } catch {
            let message = "the socket can't be listened on"
            // libuv calls a missing directory EACCES (`uv_pipe_bind2`).
            let cause =
                MissingDirectory.of(socket).map {
                    "the directory \($0) does not exist: make it, or choose another --socket"
                } ?? "\(error)"
            throw EngineError(
                .connection, message: message, detail: "\(message): \(socket): \(cause)",
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
