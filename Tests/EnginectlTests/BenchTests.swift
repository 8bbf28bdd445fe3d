import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl bench`: how much it sends, and what it says of it.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct BenchTests {
    private static let good: EmbeddedEngine.Handler = { _ in .json(#"{"status":"OK"}"#) }

    private static let refuseWithRequest: EmbeddedEngine.Handler = { request in
        let body = String(decoding: request.body, as: UTF8.self)
        return .refusal("\(request.method) \(request.path) \(body)")
    }

    private func bench(
        _ arguments: [String], on engine: EmbeddedEngine
    ) async throws -> Enginectl.Outcome {
        try await Enginectl.run(["bench", "--socket", engine.socketPath] + arguments)
    }

    @Test func theReportForPeople() async throws {
        try await withEmbeddedEngine(handler: Self.good) { engine in
            let outcome = try await bench(["--requests", "20"], on: engine)
            #expect(outcome == .success(outcome.output))
            let shape = outcome.output
                .replacing(/[0-9]+\.[0-9]+/, with: "N.N").replacing(/\b[0-9]+\b/, with: "N")
                .replacing(/\ +/, with: " ")
                .replacing(/connections closed: .*/, with: "connections closed: LIST")
            #expect(
                shape == """
                    concurrency: N
                    requests: N
                    errors: none
                    wall time: N.N s
                    requests per second: N.N

                    LATENCY MIN P50 P90 P99 PN.N MAX
                    µs N N N N N N

                    connections opened: N
                    connection limit: N
                    connect failures: N
                    connections closed: LIST
                    requests starved: N
                    requests rescued: N
                    retries: none

                    """)
            #expect(outcome.output.hasPrefix("concurrency: 8\nrequests: 20\nerrors: none\n"))
        }
    }

    @Test func theReportAsJSON() async throws {
        try await withEmbeddedEngine(handler: Self.good) { engine in
            let outcome = try await bench(["--requests", "20", "--json"], on: engine)
            #expect(outcome == .success(outcome.output))
            let shape = outcome.output
                .replacing(/"closed":\{[^}]*\}/, with: #""closed":{}"#)
                .replacing(/:[0-9.e\-]+/, with: ":N")
            #expect(
                shape == #"{"concurrency":N,"errors":{},"interrupted":false,"#
                    + #""latencyMicroseconds":{"max":N,"min":N,"p50":N,"p90":N,"p99":N,"p999":N},"#
                    + #""requests":N,"requestsPerSecond":N,"seconds":N,"#
                    + #""statistics":{"closed":{},"connectFailures":N,"connectionLimit":N,"#
                    + #""opened":N,"rescued":N,"retries":{},"starved":N}}"# + "\n")
        }
    }

    @Test(arguments: [[], ["--on-loop"], ["--duration", "600"], ["--connections", "2"]])
    func sendsAsManyAsAsked(_ options: [String]) async throws {
        try await withEmbeddedEngine(handler: Self.good) { engine in
            let outcome = try await bench(
                ["--concurrency", "5", "--requests", "333", "--json"] + options, on: engine)
            #expect(outcome == .success(outcome.output))
            let result = try BenchResult(outcome)
            #expect(result.concurrency == 5)
            #expect(result.requests == 333)
            #expect(result.errors.isEmpty)
            #expect(result.firstError == nil)
            #expect(!result.interrupted)
            let rate = Double(result.requests) / result.seconds
            #expect(abs(result.requestsPerSecond - rate) < 1)
            let latency = try #require(result.latencyMicroseconds)
            #expect(latency.min > 0)
            #expect(latency.rising == latency.rising.sorted())
            // Half of the requests took the median at least, and five ran at a time.
            #expect(Double(latency.p50 * 333 / 2) <= 5 * result.seconds * 1_000_000)
            let executed = await engine.executedRequests().count
            #expect(executed == 333)
        }
    }

    @Test func sendsAThousandUnlessAsked() async throws {
        try await withEmbeddedEngine(handler: Self.good) { engine in
            let result = try BenchResult(try await bench(["--json"], on: engine))
            #expect(result.requests == 1_000)
            #expect(result.concurrency == 8)
        }
    }

    @Test(arguments: [[], ["--requests", "1000000000"], ["--on-loop"]])
    func endsWithTheDuration(_ options: [String]) async throws {
        try await withEmbeddedEngine(handler: Self.good) { engine in
            let outcome = try await bench(["--duration", "0.5", "--json"] + options, on: engine)
            #expect(outcome == .success(outcome.output))
            let result = try BenchResult(outcome)
            #expect(result.seconds >= 0.5)
            #expect(result.requests > 0)
            #expect(!result.interrupted)
            let executed = await engine.executedRequests().count
            #expect(executed == result.requests)
        }
    }

    @Test func showsItsProgressOnATerminal() async throws {
        try await withEmbeddedEngine(handler: Self.good) { engine in
            let terminal = try Terminal()
            let child: ChildProcess
            do {
                defer { close(terminal.stream) }
                child = try ChildProcess(
                    Enginectl.path, ["bench", "--socket", engine.socketPath], input: nil,
                    output: nil, error: terminal.stream)
            }
            let exit = await child.exit()
            let contents = terminal.contents()
            #expect(exit == .status(0))
            let erase = "\r\u{1B}[K"
            let lines = contents.components(separatedBy: erase)
            #expect(lines.count >= 3)
            #expect(lines.first == "")
            #expect(lines.last == "")
            for line in lines.dropFirst().dropLast() {
                #expect(line.wholeMatch(of: /[0-9]+ s: [0-9]+ requests/) != nil)
            }
        }
    }

    @Test func tellsWhatTheConnectionsDid() async throws {
        var configuration = EmbeddedEngine.Configuration()
        configuration.requestsPerConnection = 1
        try await withEmbeddedEngine(configuration, handler: Self.good) { engine in
            let outcome = try await bench(
                ["--concurrency", "1", "--requests", "5", "--connections", "3", "--json"],
                on: engine)
            let statistics = try BenchResult(outcome).statistics
            #expect(statistics.opened == 5)
            #expect(statistics.connectionLimit == 3)
            #expect(statistics.closed == ["peer": 5])
            #expect(statistics.connectFailures == 0)
        }
    }

    @Test(arguments: [
        ([], "POST /metrics/list {}"),
        (["--method", "PUT"], "PUT /metrics/list {}"),
        (["--path", "status"], "GET /status "),
        (["--path", "/x", "--data", #"{"a":1}"#], #"POST /x {"a":1}"#),
        (["--data", "[]"], "POST /metrics/list []"),
        (["--data", "-"], "POST /metrics/list from standard input"),
        (["--path", "/x", "--method", "DELETE"], "DELETE /x "),
    ])
    func whatIsSent(_ arguments: [String], _ request: String) async throws {
        // The refusal carries the request back.
        try await withEmbeddedEngine(handler: Self.refuseWithRequest) { engine in
            let outcome = try await Enginectl.run(
                ["bench", "--requests", "1", "--socket", engine.socketPath] + arguments,
                input: "from standard input")
            #expect(
                outcome
                    == .failure(
                        "error: 2803 http: the engine refused the request\n\(request)\n",
                        output: outcome.output))
            #expect(outcome.output.contains("\nerrors: http 1\n"))
        }
    }
}
