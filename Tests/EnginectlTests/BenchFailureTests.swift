import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl bench` when requests fail, and when it is told to stop.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct BenchFailureTests {
    private let missing = "the engine's socket does not exist"

    @Test(arguments: [[], ["--on-loop"]])
    func aMissingSocket(_ options: [String]) async throws {
        let path = EmbeddedEngine.newSocketPath()
        let outcome = try await Enginectl.run(
            ["bench", "--requests", "7", "--retries", "0", "--socket", path] + options)
        #expect(
            outcome
                == .failure(
                    """
                    error: 2802 connection: \(missing)
                    \(missing): \(path): ENOENT: no such file or directory

                    """, output: outcome.output))
        #expect(outcome.output.hasPrefix("concurrency: 8\nrequests: 7\nerrors: connection 7\n"))
        #expect(outcome.output.contains("\nµs       -    -    -    -    -      -\n"))
        #expect(outcome.output.contains("\nconnections opened: 0\n"))
    }

    @Test func aMissingSocketAsJSON() async throws {
        let outcome = try await Enginectl.run(
            "bench", "--requests", "3", "--concurrency", "1", "--retries", "0", "--json",
            "--socket", EmbeddedEngine.newSocketPath())
        #expect(outcome == .failure("", output: outcome.output))
        let result = try BenchResult(outcome)
        #expect(result.requests == 3)
        #expect(result.errors == ["connection": 3])
        let failure = BenchResult.Failure(code: 2802, name: "connection", message: missing)
        #expect(result.firstError == failure)
        #expect(result.latencyMicroseconds == nil)
        #expect(result.statistics.connectFailures == 3)
        #expect(result.statistics.opened == 0)
    }

    @Test func errorsByCode() async throws {
        let answers: [EmbeddedResponse] = [
            .json("{}"), .json("no", status: 404), .failing(.neverAnswer), .refusal("no"),
            .json("{}"), .json("{}", status: 503),
        ]
        let script = Script(answers)
        try await withEmbeddedEngine { _ in
            await script.next()
        } _: { engine in
            let outcome = try await Enginectl.run(
                "bench", "--requests", "6", "--concurrency", "1", "--timeout", "0.5", "--json",
                "--retries", "0", "--socket", engine.socketPath)
            #expect(outcome == .failure("", output: outcome.output))
            let result = try BenchResult(outcome)
            #expect(result.requests == 6)
            #expect(result.errors == ["http": 3, "timeout": 1])
            let failure = BenchResult.Failure(
                code: 2803, name: "http", message: "the engine answered with HTTP status 404")
            #expect(result.firstError == failure)
            let latency = try #require(result.latencyMicroseconds)
            #expect(latency.max < 500_000)
        }
    }

    @Test(arguments: [false, true])
    func repeatsWhatMayRunTwice(isUnsafe: Bool) async throws {
        let script = Script([.failing(.reset), .json("{}")])
        try await withEmbeddedEngine { _ in
            await script.next()
        } _: { engine in
            let outcome = try await Enginectl.run(
                ["bench", "--requests", "1", "--json", "--socket", engine.socketPath]
                    + (isUnsafe ? ["--unsafe"] : []))
            #expect(outcome.exit == .status(isUnsafe ? 1 : 0))
            let result = try BenchResult(outcome)
            #expect(result.requests == 1)
            #expect(result.errors == (isUnsafe ? ["http": 1] : [:]))
            #expect(result.statistics.retries == (isUnsafe ? [:] : ["consumed": 1]))
            let executed = await engine.executedRequests().count
            #expect(executed == (isUnsafe ? 1 : 2))
        }
    }

    @Test(arguments: [[SIGINT, SIGTERM], [SIGINT]], [[], ["--on-loop"]])
    func aSignalEndsIt(_ signals: [Int32], _ options: [String]) async throws {
        let stuck = Gate()
        let script = Script([.json("{}"), .json("{}")], last: .failing(.neverAnswer)) {
            await stuck.open()
        }
        try await withEmbeddedEngine { _ in
            await script.next()
        } _: { engine in
            let arguments =
                [
                    "bench", "--duration", "600", "--timeout", "600", "--concurrency", "1",
                    "--json", "--socket", engine.socketPath,
                ] + options
            let outcome = try await Enginectl.run(arguments) { child in
                await stuck.pass()
                for signal in signals { child.send(signal) }
            }
            #expect(outcome == .success(outcome.output))
            let result = try BenchResult(outcome)
            #expect(result.interrupted)
            #expect(result.requests == 2)
            #expect(result.errors.isEmpty)
            #expect(result.seconds < 600)
            #expect(result.latencyMicroseconds != nil)
        }
    }

    @Test func theReportSaysThatASignalEndedIt() async throws {
        let reached = Gate()
        try await withEmbeddedEngine { _ in
            await reached.open()
            return .failing(.neverAnswer)
        } _: { engine in
            let outcome = try await Enginectl.run(
                ["bench", "--duration", "600", "--timeout", "600", "--socket", engine.socketPath]
            ) { child in
                await reached.pass()
                child.send(SIGINT)
            }
            let report = "ended early by a signal\nconcurrency: 8\nrequests: 0\nerrors: none\n"
            #expect(outcome == .success(outcome.output))
            #expect(outcome.output.hasPrefix(report))
        }
    }

    @Test func aFullDevice() async throws {
        try await withEmbeddedEngine { engine in
            let device = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
            try #require(device >= 0)
            defer { close(device) }
            let outcome = try await Enginectl.run(
                ["bench", "--requests", "1", "--socket", engine.socketPath], output: device)
            let message = "the output can't be written"
            #expect(
                outcome
                    == .failure(
                        """
                        error: 2804 unexpected: \(message)
                        \(message): No space left on device

                        """))
        }
    }
}

/// Answers in order; when they are used up it tells so and gives the last one for good.
private actor Script {
    private var answers: ArraySlice<EmbeddedResponse>
    private let last: EmbeddedResponse
    private let whenUsedUp: @Sendable () async -> Void

    init(
        _ answers: [EmbeddedResponse], last: EmbeddedResponse = .json("{}"),
        whenUsedUp: @escaping @Sendable () async -> Void = {}
    ) {
        self.answers = answers[...]
        self.last = last
        self.whenUsedUp = whenUsedUp
    }

    func next() async -> EmbeddedResponse {
        if let answer = answers.popFirst() { return answer }
        await whenUsedUp()
        return last
    }
}
