import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl events post`.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct EventsPostTests {
    private struct Summary: Decodable {
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
            outcome.output.hasPrefix("2 events: 2 delivered, 0 failed, 0 dropped; "))
        #expect(endpoint.events(of: "007") == ["1:a:b", "1:c:d"].map { Array($0.utf8) })
    }

    @Test func sendsTheLinesOfAFile() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/events.log"
            let lines = (0..<20_000).map { "1:/var/log/app:event \($0)" }
            let text = lines.joined(separator: "\n") + "\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            let outcome = try await posted(
                "--json", "--batch-size", "10000", "--linger", "0.5", "--at-least-once", file,
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
        #expect(outcome.output.hasPrefix("1 events: 0 delivered, 1 failed"))
        #expect(outcome.error.hasPrefix("error: 280"))
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
