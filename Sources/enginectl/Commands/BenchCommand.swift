internal import ArgumentParser
internal import EngineCore

/// Load, and what it found out.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Send many requests and show how long they took.",
        discussion: """
            Each of the concurrent callers sends its next request when its last one has ended. \
            Latencies are those of the requests that the engine did not refuse. With --duration \
            what is in flight at its end is waited for and counts; ctrl-C ends the run at once, \
            and the report shows what has ended until then. The exit status is 1 when a request \
            failed.

            Example:
              enginectl bench --concurrency 32 --requests 10000
              enginectl bench --duration 1s --path /status --method GET --json
            """)

    private static let defaultRequests = 1_000
    private static let defaultPath = "/metrics/list"
    private static let maximumConcurrency = 10_000

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Callers at a time. (default: 8)", valueName: "number"),
        transform: NumberArgument.within(1...maximumConcurrency))
    var concurrency = 8

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Requests to send. (default: \(defaultRequests), with --duration no limit)",
            valueName: "number"),
        transform: NumberArgument.within(1...Int.max))
    var requests: Int?

    @Option(
        parsing: .unconditional,
        help: DurationArgument.help("How long to send.", default: "no limit"),
        transform: DurationArgument.parsePositive)
    var duration: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "The path on the engine. (default: \(defaultPath), with {} as its body)",
            valueName: "path"))
    var path: String?

    @OptionGroup var content: BodyOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Connections at once, at most. (default: the client's own limit)",
            valueName: "number"),
        transform: NumberArgument.within(1...Int.max))
    var connections: Int?

    @Flag(
        name: .customLong("unsafe"),
        help: "Take the request for one that must not run twice, which limits its retries.")
    var isUnsafe = false

    @Flag(help: "Run the callers on the thread that the connections live on.")
    var onLoop = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let request = try request()
        var firstError: EngineError?
        try await connection.output.reportingFailure { () async throws(EngineError) in
            firstError = try await EngineCore.withEngine(configuration: configuration) {
                engine throws(EngineError) in try await run(request, on: engine)
            }
        }
        guard let firstError else { return }
        // As JSON the report has told it already.
        if !connection.output.json { connection.output.report(firstError) }
        throw ExitCode.failure
    }

    /// Sends the load, prints the report, and hands back the first failure.
    private func run(
        _ request: EngineRequest, on engine: Engine
    ) async throws(EngineError) -> EngineError? {
        let signals = await TerminationSignals()
        let load = BenchLoad(engine, request, shape)
        let (result, isInterrupted) = await signals.cancelling {
            await Self.result(of: load)
        }
        let elapsed = load.elapsed
        let tally = try result.get()
        let report = BenchReport(
            tally, concurrency: concurrency, elapsed: elapsed, isInterrupted: isInterrupted,
            statistics: await engine.statistics)
        try connection.output.print(report, orText: report.text)
        return tally.firstFailure?.error
    }

    private static func result(of load: BenchLoad) async -> Result<BenchTally, EngineError> {
        let terminal = StandardStream.error
        guard terminal.isTerminal else { return await load.result() }
        async let _ = ProgressLine(terminal: terminal) { load.progressText }.run()
        return await load.result()
    }

    private var configuration: EngineConfiguration {
        var configuration = connection.configuration
        if let connections { configuration.maximumConnections = connections }
        return configuration
    }

    private var shape: BenchLoad.Shape {
        BenchLoad.Shape(
            concurrency: concurrency,
            requests: requests ?? (duration == nil ? Self.defaultRequests : nil),
            duration: duration?.duration, runsOnLoop: onLoop)
    }

    private func request() throws(ValidationError) -> EngineRequest {
        let body = try content.bytes() ?? (path == nil ? Array("{}".utf8) : nil)
        let path = path ?? Self.defaultPath
        var request = EngineRequest(
            content.method(hasBody: body != nil), try RequestTarget(path).text,
            body: .json(bytes: body ?? []))
        request.repeatability = isUnsafe ? .unsafe : .safe
        return request
    }
}
