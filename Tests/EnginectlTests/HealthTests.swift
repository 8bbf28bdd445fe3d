import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl health`, once and over time.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct HealthTests {
    private let status = """
        {"ready":true,
         "spaces":{"standard":{"available":true,"enabled":true,"status":"updating"}},
         "ioc":{"url_full":{"available":false,"status":"failed"},
                "hash_md5":{"available":false,"status":"ready"}}}
        """

    private static let ready = #"{"ready":true}"#
    private static let notReady = #"{"ready":false}"#

    @Test func once() async throws {
        try await withEmbeddedEngine { [status] _ in
            .json(status)
        } _: { engine in
            let outcome = try await engine.enginectl("health")
            #expect(
                outcome
                    == .success(
                        "ready; unavailable: ioc/hash_md5 ioc/url_full; "
                            + "updating: space/standard; failed: ioc/url_full\n"))
            let json = try await engine.enginectl("health", "--json", "--require-ready")
            #expect(
                json
                    == .success(
                        #"{"failed":["ioc/url_full"],"ready":true,"#
                            + #""unavailable":["ioc/hash_md5","ioc/url_full"],"#
                            + #""updating":["space/standard"]}"# + "\n"))
        }
    }

    @Test func notReady() async throws {
        try await withEmbeddedEngine { _ in
            .json(Self.notReady)
        } _: { engine in
            let outcome = try await engine.enginectl("health")
            #expect(outcome == .success("not ready\n"))
            let required = try await engine.enginectl("health", "--require-ready")
            #expect(required == .failure("", output: "not ready\n"))
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func printsWhatChanges(_ signal: Int32) async throws {
        let path = EmbeddedEngine.newSocketPath()
        var configuration = EmbeddedEngine.Configuration()
        configuration.socketPath = path
        let output = try LinePipe()
        defer { close(output.reading) }
        let child: ChildProcess
        do {
            defer { close(output.writing) }
            child = try ChildProcess(
                Enginectl.path,
                [
                    "health", "--watch", "--interval", "0.01", "--retries", "0", "--socket", path,
                ], input: nil, output: output.writing, error: nil)
        }
        let missing = "error: 2802 connection: the engine's socket does not exist"
        try await expect(missing, on: output)
        for answer in [Self.notReady, Self.ready] {
            try await withEmbeddedEngine(configuration) { _ in
                .json(answer)
            } _: { _ in
                try await expect(answer == Self.ready ? "ready" : "not ready", on: output)
            }
            try await expect("error: 2802 connection: ", on: output)
        }
        child.send(signal)
        while await output.line() != "" {}
        #expect(await child.exit() == .status(0))
    }

    /// Waits for a state; those on the way to it depend on the moment.
    private func expect(_ state: String, on output: LinePipe) async throws {
        while true {
            let line = await output.line()
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            try #require(parts.count == 2)
            #expect(parts[0].wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/) != nil)
            if parts[1].hasPrefix(state) { return }
        }
    }

    @Test func printsChangesAsJSON() async throws {
        try await withEmbeddedEngine { engine in
            let output = try LinePipe()
            defer { close(output.reading) }
            let child: ChildProcess
            do {
                defer { close(output.writing) }
                child = try ChildProcess(
                    Enginectl.path,
                    [
                        "health", "--watch", "--interval", "0.01", "--json", "--socket",
                        engine.socketPath,
                    ], input: nil, output: output.writing, error: nil)
            }
            #expect(await output.line().hasPrefix(#"{"failed":[],"ready":false,"time":""#))
            await engine.state { state in
                state.content.namespaces["standard"] = .init(policy: ["enabled": true])
            }
            #expect(await output.line().hasPrefix(#"{"failed":[],"ready":true,"time":""#))
            child.send(SIGTERM)
            #expect(await output.line() == "")
            #expect(await child.exit() == .status(0))
        }
    }

    @Test func endsWhenNobodyReads() async throws {
        let output = try LinePipe()
        close(output.reading)
        defer { close(output.writing) }
        let outcome = try await Enginectl.run(
            [
                "health", "--watch", "--interval", "0.01", "--socket",
                EmbeddedEngine.newSocketPath(),
            ],
            output: output.writing)
        #expect(outcome == .success(""))
    }

    @Test func tellsOfEachOfSeveralEngines() async throws {
        let second = EmbeddedEngine.newSocketPath()
        var configuration = EmbeddedEngine.Configuration()
        configuration.socketPath = second
        let output = try LinePipe()
        defer { close(output.reading) }
        try await withEmbeddedEngine { _ in
            .json(Self.ready)
        } _: { first in
            let child: ChildProcess
            do {
                defer { close(output.writing) }
                child = try ChildProcess(
                    Enginectl.path,
                    [
                        "health", "--watch", "--interval", "0.01", "--socket", first.socketPath,
                        "--socket", second,
                    ], input: nil, output: output.writing, error: nil)
            }
            var seen: [String] = []
            func read(until isThere: ([String]) -> Bool) async throws {
                while !isThere(seen) {
                    let line = await output.line()
                    try #require(line.last == "\n", "\(seen)")
                    seen.append(line.split(separator: " ").dropFirst().joined(separator: " "))
                }
            }
            let healthy = "\(first.socketPath) healthy\n"
            try await read { lines in
                lines.contains(healthy)
                    && lines.contains { $0.hasPrefix("\(second) broken: ENOENT") }
            }
            try await withEmbeddedEngine(configuration) { _ in
                .json(Self.ready)
            } _: { _ in
                try await read { $0.contains("\(second) healthy\n") }
            }
            seen = []
            try await read { lines in lines.contains { $0.hasPrefix("\(second) broken: ") } }
            // The other one is well all the while.
            #expect(!seen.contains { $0.hasPrefix(first.socketPath) })
            child.send(SIGTERM)
            while await output.line() != "" {}
            #expect(await child.exit() == .status(0))
        }
    }

    @Test(arguments: [
        (["--interval", "1"], "'--interval' takes effect with '--watch' only."),
        (["--watch", "--interval", "0"], "a duration above 0 is needed"),
        (["--watch", "--interval", "nan"], "'nan' is invalid for '--interval <duration>'"),
        (["--watch", "--require-ready"], "'--require-ready' and '--watch' exclude each other."),
    ])
    func badOnesAreTold(_ arguments: [String], _ complaint: String) async throws {
        let outcome = try await Enginectl.run(["health"] + arguments)
        #expect(outcome.exit == .status(64))
        #expect(outcome.error.hasPrefix("Error: "))
        #expect(outcome.error.contains(complaint))
    }
}
