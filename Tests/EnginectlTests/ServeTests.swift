import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl serve` from its start to its end.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct ServeTests {
    private let path = EmbeddedEngine.newSocketPath()

    /// Starts `serve`, waits for its line, and ends it with a signal.
    private func serve(
        _ arguments: [String] = [], startedBy starter: [String] = [], announcing line: String,
        endingWith signal: Int32 = SIGTERM, _ operation: () async throws -> Void
    ) async throws -> ChildProcess.Exit {
        let command = starter + [Enginectl.path, "serve", "--socket", path] + arguments
        let pipe = try LinePipe()
        defer { close(pipe.reading) }
        let child: ChildProcess
        do {
            defer { close(pipe.writing) }
            child = try ChildProcess(
                command[0], Array(command[1...]), input: nil, output: pipe.writing, error: nil)
        }
        #expect(await pipe.line() == line)
        let result: Result<Void, any Error>
        do {
            result = .success(try await operation())
        } catch {
            result = .failure(error)
        }
        child.send(signal)
        #expect(await pipe.line() == "")
        let exit = await child.exit()
        try result.get()
        return exit
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func answersUntilASignal(_ signal: Int32) async throws {
        let exit = try await serve(
            ["--workers", "2", "--latency", "0.5ms"], announcing: "listening on \(path)\n",
            endingWith: signal
        ) {
            let outcome = try await Enginectl.run(
                "send", "/_internal/event-dumper/status", "--data", "{}", "--socket", path)
            #expect(outcome == .success(#"{"active":false,"status":"OK"}"#))
        }
        #expect(exit == .status(0))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func announcesItselfAsJSON() async throws {
        let exit = try await serve(["--json"], announcing: #"{"socket":"\#(path)"}"# + "\n") {}
        #expect(exit == .status(0))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func delaysOneOfSoMany() async throws {
        let exit = try await serve(
            ["--latency", "86400000", "--latency-every", "3"], announcing: "listening on \(path)\n"
        ) {
            var statuses: [ChildProcess.Exit] = []
            for _ in 1...6 {
                let outcome = try await Enginectl.run(
                    "send", "/status", "--timeout", "0.5", "--retries", "0", "--socket", path)
                statuses.append(outcome.exit)
            }
            let (good, late) = (ChildProcess.Exit.status(0), ChildProcess.Exit.status(1))
            #expect(statuses == [good, good, late, good, good, late])
        }
        #expect(exit == .status(0))
    }

    @Test func failsOnPurpose() async throws {
        let faults = ["--fault", "reset#2@/status", "--fault", "delay=86400s@/metrics/list"]
        let exit = try await serve(faults, announcing: "listening on \(path)\n") {
            var statuses: [ChildProcess.Exit] = []
            for request in ["/status", "/status", "/status", "/content/ioc/state"] {
                let outcome = try await Enginectl.run(
                    "send", request, "--retries", "0", "--socket", path)
                statuses.append(outcome.exit)
            }
            #expect(statuses == [.status(0), .status(1), .status(0), .status(0)])
            let late = try await Enginectl.run(
                "metrics", "list", "--timeout", "0.3", "--socket", path)
            #expect(late.error.hasPrefix("error: 2800 timeout"))
        }
        #expect(exit == .status(0))
    }

    @Test func keepsWhatItIsTold() async throws {
        let exit = try await serve(announcing: "listening on \(path)\n") {
            for (request, body, answer) in [
                ("create", #"{"space":"mine"}"#, #"{"status":"OK"}"#),
                ("list", "{}", #"{"spaces":["mine"],"status":"OK"}"#),
            ] {
                let outcome = try await Enginectl.run(
                    "send", "/_internal/content/namespace/\(request)", "--data", body, "--socket",
                    path)
                #expect(outcome == .success(answer))
            }
        }
        #expect(exit == .status(0))
    }

    @Test func answersTheSameToEverything() async throws {
        let exit = try await serve(["--fixed"], announcing: "listening on \(path)\n") {
            for arguments in [["/nowhere"], ["--data", "{", "/metrics/list"]] {
                let outcome = try await Enginectl.run(["send", "--socket", path] + arguments)
                #expect(outcome == .success(#"{"status":"OK"}"#))
            }
        }
        #expect(exit == .status(0))
    }

    @Test func logsWhatItRuns() async throws {
        try await withTemporaryDirectory { directory in
            let log = directory + "/log"
            try Data("GET /before\n".utf8).write(to: URL(fileURLWithPath: log))
            let lines = "GET /before\nGET /answered?all=1\nPOST /unanswered\n"
            let exit = try await serve(
                ["--log", log, "--latency", "86400000", "--latency-every", "2", "--fixed"],
                announcing: "listening on \(path)\n", endingWith: SIGKILL
            ) {
                let outcome = try await Enginectl.run(
                    "send", "/answered?all=1", "--socket", path)
                #expect(outcome == .success(#"{"status":"OK"}"#))
                let peer = Peer()
                try await peer.connect(to: path)
                try await peer.write("POST /unanswered HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
                while try String(contentsOfFile: log, encoding: .utf8) != lines {
                    await Task.yield()
                }
                await peer.close()
            }
            #expect(exit == .signal(SIGKILL))
            #expect(try String(contentsOfFile: log, encoding: .utf8) == lines)
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func aFullLog() async throws {
        let exit = try await serve(
            ["--log", "/dev/full", "--fixed"], announcing: "listening on \(path)\n"
        ) {
            let outcome = try await Enginectl.run("send", "/x", "--socket", path)
            #expect(outcome == .success(#"{"status":"OK"}"#))
        }
        #expect(exit == .status(1))
    }

    @Test(.enabled("no file system can be mounted here") { try await SmallDisk.canBeMade() })
    func aDiskThatFillsUp() async throws {
        try await withTemporaryDirectory { directory in
            let exit = try await serve(
                ["--log", directory + "/log", "--fixed"],
                startedBy: SmallDisk.mounting(on: directory, kibibytes: 16),
                announcing: "listening on \(path)\n"
            ) {
                let result = try BenchResult(
                    await Enginectl.run("bench", "--requests", "2000", "--json", "--socket", path))
                #expect(result.errors == [:])
                #expect(result.requests == 2_000)
            }
            #expect(exit == .status(1))
        }
    }

    @Test func aDirectoryThatIsMissing() async throws {
        let outcome = try await Enginectl.run("serve", "--socket", "/nonexistent/x/engine.sock")
        #expect(outcome.exit == .status(1))
        #expect(outcome.error.contains("the directory /nonexistent/x does not exist"))
        #expect(!outcome.error.contains("EACCES"))
    }

    @Test func aSampleHasContent() async throws {
        let exit = try await serve(["--sample"], announcing: "listening on \(path)\n") {
            let status = try await Enginectl.run(
                "health", "--require-ready", "--socket", path)
            #expect(status.exit == .status(0))
            let route = try await Enginectl.run(
                "router", "post", "mine", "--space", "custom", "--priority", "10", "--socket", path)
            #expect(route.exit == .status(0))
        }
        #expect(exit == .status(0))
    }

    @Test func sampleFilesReplaceNothing() async throws {
        try await withTemporaryDirectory { directory in
            let kept = URL(fileURLWithPath: directory + "/policy.json")
            try Data("mine".utf8).write(to: kept)
            let exit = try await serve(
                ["--sample", "--sample-files", directory], announcing: "listening on \(path)\n"
            ) {
                let text = try String(contentsOf: kept, encoding: .utf8)
                #expect(text == "mine")
                #expect(FileManager.default.fileExists(atPath: directory + "/space.json"))
            }
            #expect(exit == .status(0))
        }
    }

    @Test func aPathInUse() async throws {
        try await withEmbeddedEngine { engine in
            let message = "the socket can't be listened on"
            let arguments = ["serve", "--socket", engine.socketPath]
            let outcome = try await Enginectl.run(arguments)
            #expect(
                outcome
                    == .failure(
                        """
                        error: 2802 connection: \(message)
                        \(message): \(engine.socketPath): EADDRINUSE: address already in use

                        """))
            let jsonOutcome = try await Enginectl.run(arguments + ["--json"])
            #expect(
                jsonOutcome
                    == .unreachable(
                        message, "EADDRINUSE: address already in use", engine.socketPath,
                        isTransient: false))
            #expect(FileManager.default.fileExists(atPath: engine.socketPath))
        }
    }
}
