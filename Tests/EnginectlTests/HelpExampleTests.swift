import EngineTesting
import Foundation
import TestSupport
import Testing

/// Every example of every help text, and so of the manual page, runs on a sample engine.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct HelpExampleTests {
    @Test func allRun() async throws {
        let texts = try await HelpText.all.value
        #expect(texts.count > 50)
        for text in texts {
            let examples = text.examples
            #expect(!examples.isEmpty, "\(text.name) has no example")
            // Nothing is broken for the width of a terminal, and the manual has the same.
            #expect(examples == HelpText.examples(in: text.discussion))
            try await run(examples)
        }
    }

    /// Runs the examples of one help in their order, on an engine of their own.
    private func run(_ examples: [String]) async throws {
        try await withTemporaryDirectory { directory in
            let socket = directory + "/engine.sock"
            let log = directory + "/requests.log"
            let pipe = try LinePipe()
            defer { close(pipe.reading) }
            let server = try ChildProcess(
                Enginectl.path,
                [
                    "serve", "--socket", socket, "--sample", "--sample-files", directory, "--log",
                    log,
                ], input: nil, output: pipe.writing, error: nil)
            close(pipe.writing)
            #expect(await pipe.line() == "listening on \(socket)\n")
            for name in ["engine-a.sock", "engine-b.sock"] {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(directory)/\(name)", withDestinationPath: socket)
            }
            for example in examples { try await run(example, in: directory, log: log) }
            server.send(SIGTERM)
            #expect(await server.exit() == .status(0))
        }
    }

    private func run(_ example: String, in directory: String, log: String) async throws {
        let pipe = try LinePipe()
        defer { close(pipe.reading) }
        // An interrupted `tail` fails, and is not what is tried.
        let isFollowing = example.contains("tail -F")
        let options = isFollowing ? [] : ["-o", "pipefail"]
        let isServer = example.contains("enginectl serve")
        let environment = [
            "PATH=\(URL(fileURLWithPath: Enginectl.path).deletingLastPathComponent().path):/usr/bin:/bin",
            "ENGINE_SOCKET=\(directory)/engine.sock",
        ]
        // A server's own socket is not that of the sample engine.
        let folder = isServer ? directory + "/servers" : directory
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let child = try ChildProcess(
            "/usr/bin/env",
            ["--chdir", folder, "-i"] + environment + ["/bin/bash"] + options + ["-c", example],
            input: nil, output: pipe.writing, error: 2, leadsGroup: true)
        close(pipe.writing)
        if isServer || example.contains("--watch") {
            #expect(await pipe.line() != "", "\(example) prints nothing")
            child.send(SIGINT)
        } else if isFollowing {
            while try !String(contentsOfFile: log, encoding: .utf8).contains("/events/enriched") {
                // The suite's time limit cancels the task.
                try Task.checkCancellation()
                await Task.yield()
            }
            child.sendToGroup(SIGINT)
        }
        let exit = await Self.drained(pipe, of: child)
        // A shell ends as its pipeline does: `tail` ends by the signal, `enginectl` with a summary.
        let isExpected = exit == .status(0) || isFollowing && exit == .signal(SIGINT)
        #expect(isExpected, "\(example): \(exit)")
    }

    /// Reads what is left, so that nobody waits for the reader, and waits for the end.
    private static func drained(_ pipe: LinePipe, of child: ChildProcess) async -> ChildProcess.Exit
    {
        while await pipe.line() != "" {}
        return await child.exit()
    }
}
