import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl events post`.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct EventsPostTests {
    private struct Summary: Decodable {
        let read: Int
        let empty: Int
        let unsent: Int
        let accepted: Int
        let delivered: Int
        let failed: Int
        let dropped: Int
        let refused: Int
        let interrupted: Bool

        init(_ outcome: Enginectl.Outcome) throws {
            let line = try #require(outcome.output.split(separator: "\n").first)
            self = try JSONDecoder().decode(Summary.self, from: Data(line.utf8))
        }
    }

    private let endpoint = EventEndpoint(recordsEvents: true)

    private func posted(_ arguments: String..., input: String) async throws -> Enginectl.Outcome {
        try await withEmbeddedEngine(handler: endpoint.answer) { engine in
            try await Enginectl.run(
                ["events", "post", "--socket", engine.socketPath] + arguments, input: input)
        }
    }

    @Test func sendsTheLinesOfStandardInput() async throws {
        let outcome = try await posted("--source", "007", "-", input: "1:a:b\n\n1:c:d")
        #expect(outcome.exit == .status(0))
        #expect(
            outcome.output.hasPrefix(
                "3 lines: 2 delivered, 0 failed, 0 dropped, 0 refused, 0 unsent, 1 empty; "))
        #expect(endpoint.events(of: "007") == ["1:a:b", "1:c:d"].map { Array($0.utf8) })
    }

    @Test func sendsTheLinesOfAFile() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/events.log"
            let lines = (0..<20_000).map { "1:/var/log/app:event \($0)" }
            let text = lines.joined(separator: "\n") + "\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            let outcome = try await posted(
                "--json", "--batch-size", "10000", "--linger", "0.5ms", "--at-least-once", file,
                input: "")
            #expect(outcome.exit == .status(0))
            let summary = try Summary(outcome)
            #expect(summary.accepted == 20_000)
            #expect(summary.delivered == 20_000)
            #expect(summary.failed + summary.dropped + summary.refused == 0)
            #expect(!summary.interrupted)
            #expect(endpoint.events(of: "000") == lines.map { Array($0.utf8) })
            #expect(endpoint.counts.batches > 50)
        }
    }

    @Test func eventsThatFailAreAnError() async throws {
        try await withEmbeddedEngine { _ in
            EmbeddedResponse(status: 400)
        } _: { engine in
            let outcome = try await Enginectl.run(
                "events", "post", "--socket", engine.socketPath, "--json", "-", input: "1:a:b\n")
            #expect(outcome.exit == .status(1))
            let summary = try Summary(outcome)
            #expect(summary.accepted == 1)
            #expect(summary.failed == 1)
            #expect(outcome.output.contains("\"code\":2803"))
        }
    }

    @Test func withoutAnEngineTheEventsFailWithinTheTimeout() async throws {
        let outcome = try await Enginectl.run(
            "events", "post", "--socket", "/nonexistent/events.sock", "--timeout", "0.2", "-",
            input: "1:a:b\n")
        #expect(outcome.exit == .status(1))
        #expect(outcome.output.hasPrefix("1 lines: 0 delivered, 1 failed"))
        #expect(outcome.error.hasPrefix("error: 280"))
    }

    @Test func aLineThatFitsNoBatchIsRefusedAndTheOthersGoOn() async throws {
        let long = String(repeating: "x", count: 200_000)
        // The third fits, but for its frame in the batch.
        let input = "1:a:b\n\(long)\n1:a:\(String(repeating: "y", count: 16))\n1:c:d"
        for options in [[], ["--json"]] {
            let endpoint = EventEndpoint(recordsEvents: true)
            try await withEmbeddedEngine(handler: endpoint.answer) { engine in
                let outcome = try await Enginectl.run(
                    ["events", "post", "--socket", engine.socketPath, "--batch-size", "20", "-"]
                        + options, input: input)
                #expect(outcome.exit == .status(1))
                #expect(endpoint.events(of: "000") == ["1:a:b", "1:c:d"].map { Array($0.utf8) })
                #expect(outcome.error.hasPrefix("warning: line 2 is refused: "))
                guard !options.isEmpty else {
                    #expect(outcome.output.contains(" 2 delivered, 0 failed, 0 dropped, 2 refused"))
                    return #expect(outcome.error.contains("\nerror: 2804 unexpected: lines that"))
                }
                let summary = try Summary(outcome)
                #expect(summary.read == 4)
                #expect(summary.refused == 2)
                #expect(summary.delivered == 2)
                #expect(outcome.output.contains("\"code\":2804"))
            }
        }
    }

    @Test func aLineWithoutEndTakesNoMemory() async throws {
        try await withEmbeddedEngine(handler: endpoint.answer) { engine in
            let script = """
                { head -c 400M /dev/zero; printf '\\n1:a:b\\n'; } | {
                    ulimit -d 196608; exec "$0" "$@"; }
                """
            let outcome = try await Enginectl.run(
                executable: "/bin/bash",
                [
                    "-c", script, Enginectl.path, "events", "post", "--socket", engine.socketPath,
                    "--json", "-",
                ])
            let summary = try Summary(outcome)
            #expect(outcome.exit == .status(1))
            #expect(summary.read == 2)
            #expect(summary.refused == 1)
            #expect(endpoint.events(of: "000") == [Array("1:a:b".utf8)])
        }
    }

    @Test func linesMayEndWithCRLF() async throws {
        let outcome = try await posted("--json", "-", input: "1:a:b\r\n\r\n1:c\rd:e\r\n1:f:g\r\n")
        let summary = try Summary(outcome)
        #expect(summary.read == 4)
        #expect(summary.empty == 1)
        #expect(
            endpoint.events(of: "000") == ["1:a:b", "1:c\rd:e", "1:f:g"].map { Array($0.utf8) })
    }

    /// A socket that takes connections and answers nothing, for as long as an operation runs.
    private func postingToASilentEngine(
        _ arguments: [String], input: String,
        _ operation: (RawListener, ChildProcess) async throws -> Void
    ) async throws -> (outcome: Enginectl.Outcome, path: String) {
        let path = EmbeddedEngine.newSocketPath()
        return try await withTemporaryDirectory { directory in
            let names = ["/in", "/out", "/err"].map { directory + $0 }
            try Data(input.utf8).write(to: URL(fileURLWithPath: names[0]))
            let files = names.map { unsafe open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
            defer { for file in files { close(file) } }
            let child: ChildProcess = try await withRawListener(on: path) { listener in
                let child = try ChildProcess(
                    Enginectl.path, ["events", "post", "--socket", path, "--json"] + arguments,
                    input: files[0], output: files[1], error: files[2])
                try await operation(listener, child)
                return child
            }
            let exit = await child.exit()
            let outcome = Enginectl.Outcome(
                exit: exit, output: try String(contentsOfFile: names[1], encoding: .utf8),
                error: try String(contentsOfFile: names[2], encoding: .utf8))
            return (outcome, path)
        }
    }

    @Test func atLeastOnceWaitsForAsLongAsTheEngineIsAway() async throws {
        let waiting = Duration.seconds(1)
        let path = EmbeddedEngine.newSocketPath()
        let output = try LinePipe()
        defer { close(output.reading) }
        try await withTemporaryDirectory { directory in
            let file = directory + "/events"
            try Data("1:a:b\n1:c:d\n".utf8).write(to: URL(fileURLWithPath: file))
            let child: ChildProcess = try await withRawListener(on: path) { listener in
                let child = try ChildProcess(
                    Enginectl.path,
                    [
                        "events", "post", "--socket", path, "--timeout", "200ms", "--at-least-once",
                        "--json", file,
                    ], input: nil, output: output.writing, error: nil)
                close(output.writing)
                // The engine breaks off until the timeout is over several times.
                let start = ContinuousClock.now
                while ContinuousClock.now - start < waiting {
                    await (try listener.accept()).close()
                }
                return child
            }
            var configuration = EmbeddedEngine.Configuration()
            configuration.socketPath = path
            let engine = try await EmbeddedEngine.start(configuration, handler: endpoint.answer)
            let line = await output.line()
            #expect(await child.exit() == .status(0))
            await engine.stop()
            let summary = try Summary(Enginectl.Outcome(exit: .status(0), output: line, error: ""))
            #expect(summary.delivered == 2)
            #expect(endpoint.counts.total == 2)
        }
    }

    @Test func atLeastOnceGivesUpWhenToldTo() async throws {
        let outcome = try await Enginectl.run(
            "events", "post", "--socket", "/nonexistent/events.sock", "--at-least-once",
            "--give-up-after", "200ms", "--json", "-", input: "1:a:b\n")
        #expect(outcome.exit == .status(1))
        #expect(try Summary(outcome).failed == 1)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func aSignalEndsTheWaitForAnEngine(_ signal: Int32) async throws {
        // More than the sink holds: reading pauses.
        let line = "1:a:" + String(repeating: "x", count: 60_000) + "\n"
        let input = String(repeating: line, count: 500)
        let (outcome, _) = try await postingToASilentEngine(
            ["--at-least-once", "--timeout", "300ms", "-"], input: input
        ) { listener, child in
            let peer = try await listener.accept()
            child.send(signal)
            await peer.close()
        }
        #expect(outcome.exit == .status(1))
        let summary = try Summary(outcome)
        #expect(summary.interrupted)
        #expect(summary.delivered == 0)
        #expect(summary.read == summary.accepted + summary.refused + summary.empty + summary.unsent)
        #expect(summary.accepted == summary.failed + summary.dropped)
        #expect(summary.accepted > 0)
    }

    @Test(arguments: [SIGTERM, SIGHUP])
    func aLastLineWithoutAnEndIsSentAtASignal(_ signal: Int32) async throws {
        let pipe = try LinePipe()
        defer { close(pipe.reading) }
        let output = try LinePipe()
        defer { close(output.reading) }
        let (arrivals, continuation) = AsyncStream.makeStream(of: Void.self)
        try await withEmbeddedEngine { [endpoint] request in
            defer { continuation.yield() }
            return await endpoint.answer(request)
        } _: { engine in
            let child = try ChildProcess(
                Enginectl.path, ["events", "post", "--socket", engine.socketPath, "--json", "-"],
                input: pipe.reading, output: output.writing, error: nil)
            close(output.writing)
            try FileHandle(fileDescriptor: pipe.writing).write(contentsOf: Data("1:a:b\n1:c".utf8))
            for await _ in arrivals { break }
            child.send(signal)
            let line = await output.line()
            #expect(await child.exit() == .status(0))
            let summary = try Summary(Enginectl.Outcome(exit: .status(0), output: line, error: ""))
            #expect(summary.read == 2)
            #expect(summary.delivered == 2)
            #expect(summary.interrupted)
        }
        close(pipe.writing)
        #expect(endpoint.events(of: "000") == ["1:a:b", "1:c"].map { Array($0.utf8) })
    }

    /// `nohup` wants the signal ignored.
    @Test func anIgnoredHangUpStaysIgnored() async throws {
        let pipe = try LinePipe()
        defer { close(pipe.reading) }
        let (arrivals, continuation) = AsyncStream.makeStream(of: Void.self)
        try await withEmbeddedEngine { [endpoint] request in
            defer { continuation.yield() }
            return await endpoint.answer(request)
        } _: { engine in
            let child = try ChildProcess(
                "/usr/bin/env",
                [
                    "--ignore-signal=HUP", Enginectl.path, "events", "post", "--socket",
                    engine.socketPath, "-",
                ], input: pipe.reading, output: nil, error: nil)
            var reports = arrivals.makeAsyncIterator()
            let writing = FileHandle(fileDescriptor: pipe.writing)
            try writing.write(contentsOf: Data("1:a:b\n".utf8))
            await reports.next()
            child.send(SIGHUP)
            try writing.write(contentsOf: Data("1:c:d\n".utf8))
            await reports.next()
            close(pipe.writing)
            #expect(await child.exit() == .status(0))
        }
        #expect(endpoint.counts.total == 2)
    }

    @Test(arguments: [[], ["ENGINE_SOCKET=/x"], ["ENGINE_EVENTS_SOCKET="]])
    func withoutASocketOneIsAskedFor(_ environment: [String]) async throws {
        let outcome = try await Enginectl.run(
            executable: "/usr/bin/env",
            ["-u", "ENGINE_EVENTS_SOCKET"] + environment + [Enginectl.path, "events", "post", "-"])
        #expect(outcome.exit == .status(64))
        #expect(outcome.error.contains("'--socket'"))
        #expect(outcome.error.contains("ENGINE_EVENTS_SOCKET"))
    }

    @Test func theEnvironmentNamesTheSockets() async throws {
        try await withEmbeddedEngine(handler: endpoint.answer) { engine in
            let posted = try await Enginectl.run(
                executable: "/usr/bin/env",
                [
                    "ENGINE_EVENTS_SOCKET=\(engine.socketPath)", Enginectl.path, "events", "post",
                    "-",
                ],
                input: "1:a:b\n")
            #expect(posted.exit == .status(0))
        }
        #expect(endpoint.counts.total == 1)
        try await withEmbeddedEngine { engine in
            let status = try await Enginectl.run(
                executable: "/usr/bin/env",
                [
                    "ENGINE_SOCKET=\(engine.socketPath)", Enginectl.path, "content", "namespaces",
                    "list",
                ])
            #expect(status.exit == .status(0))
        }
    }

    @Test(arguments: [
        ["-"], ["--socket", "/x", "--batch-size", "0", "-"],
        ["--socket", "/x", "--linger=-1", "-"],
        ["--socket", "/x", "/nonexistent/file"], ["--socket", "/x"],
    ])
    func badCommandLines(arguments: [String]) async throws {
        let outcome = try await Enginectl.run(["events", "post"] + arguments)
        #expect(outcome.exit == .status(64))
    }

    @Test func aTerminalSeesHowFarTheEventsHaveCome() async throws {
        let terminal = try Terminal()
        try await withEmbeddedEngine(handler: endpoint.answer) { engine in
            let pipe = try LinePipe()
            defer { close(pipe.reading) }
            try FileHandle(fileDescriptor: pipe.writing).write(contentsOf: Data("1:a:b\n".utf8))
            close(pipe.writing)
            let child = try ChildProcess(
                Enginectl.path, ["events", "post", "--socket", engine.socketPath, "-"],
                input: pipe.reading, output: nil, error: terminal.stream)
            close(terminal.stream)
            #expect(await child.exit() == .status(0))
        }
        let text = terminal.contents()
        #expect(text.contains(" events, "))
        #expect(text.contains(" pending"))
        #expect(text.hasSuffix("\r\u{1B}[K"))
        #expect(endpoint.counts.total == 1)
    }

    @Test func aSignalEndsTheReadingAndLosesNothing() async throws {
        let pipe = try LinePipe()
        defer { close(pipe.reading) }
        let (arrivals, continuation) = AsyncStream.makeStream(of: Void.self)
        try await withTemporaryDirectory { directory in
            let file = directory + "/output"
            let output = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            defer { close(output) }
            try await withEmbeddedEngine { [endpoint] request in
                defer { continuation.yield() }
                return await endpoint.answer(request)
            } _: { engine in
                let child = try ChildProcess(
                    Enginectl.path,
                    ["events", "post", "--socket", engine.socketPath, "--json", "-"],
                    input: pipe.reading, output: output, error: output)
                try FileHandle(fileDescriptor: pipe.writing).write(contentsOf: Data("1:a:b\n".utf8))
                for await _ in arrivals { break }
                child.send(SIGTERM)
                #expect(await child.exit() == .status(0))
            }
            close(pipe.writing)
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let summary = try Summary(Enginectl.Outcome(exit: .status(0), output: text, error: ""))
            #expect(summary.delivered == 1)
            #expect(summary.interrupted)
        }
    }
}
