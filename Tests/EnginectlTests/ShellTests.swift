import EngineCore
import EngineModules
import EngineTesting
import Foundation
import TestSupport
import Testing

/// What the tool does for those who sit at a shell: completion, and text that stands out.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct ShellTests {
    private static let bold = "\u{1B}[1mNAME  TYPE  CREATED  PATH  HASH\u{1B}[0m\r\n"

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionScripts(_ shell: String) async throws {
        let outcome = try await Enginectl.run("--generate-completion-script", shell)
        #expect(outcome == .success(outcome.output))
        for word in ["delete-logtest", "asset-only", "integration", "OPTIONS"] {
            #expect(outcome.output.contains(word))
        }
    }

    /// Asks as the completion scripts do, which name the command and the argument after `---`.
    private func completions(
        _ command: [String], _ argument: String, _ socket: [String]
    ) async throws -> Enginectl.Outcome {
        let words = ["enginectl"] + command + socket + [""]
        let position = String(words.count - 1)
        return try await Enginectl.run(
            ["---completion"] + command + ["--", argument, position, "0"] + words)
    }

    @Test func namesAreAskedFromTheEngine() async throws {
        var state = EngineState()
        state.router.entries["mine"] = .init(
            Route(name: "mine", namespaceID: "custom", priority: 1))
        state.content.namespaces = ["custom": .init(), "standard": .init()]
        state.tester.sessions["test"] = .init(TesterSession(name: "test", namespaceID: "custom"))
        try await withEmbeddedEngine(state: state) { engine in
            let path = engine.socketPath
            for socket in [["--socket", path], ["--socket=\(path)"]] {
                let routes = try await completions(
                    ["router", "get"], "positional@0", socket)
                #expect(routes.output.split(separator: "\n") == ["mine"])
            }
            let sessions = try await completions(
                ["tester", "reload"], "positional@0", ["--socket", path])
            #expect(sessions.output.split(separator: "\n") == ["test"])
            let spaces = try await completions(
                ["router", "post"], "--space", ["--socket", path])
            #expect(spaces.output.split(separator: "\n") == ["custom", "standard"])
            let metrics = try await completions(
                ["metrics", "get"], "positional@0", ["--socket", path])
            #expect(metrics.output.contains("router.eps.1m\n"))
        }
    }

    @Test func withoutAnEngineThereAreNoNames() async throws {
        let socket = ["--socket", EmbeddedEngine.newSocketPath()]
        let outcome = try await completions(["router", "get"], "positional@0", socket)
        #expect(outcome.exit == .status(0))
        #expect(outcome.output.split(separator: "\n").isEmpty)
        #expect(outcome.error.isEmpty)
    }

    /// What a terminal gets to see.
    private func shown(_ environment: [String]) async throws -> String {
        try await withEmbeddedEngine { engine in
            let terminal = try Terminal()
            let child: ChildProcess
            do {
                defer { close(terminal.stream) }
                child = try ChildProcess(
                    "/usr/bin/env",
                    environment + [Enginectl.path, "geo", "list", "--socket", engine.socketPath],
                    input: nil, output: terminal.stream, error: nil)
            }
            let exit = await child.exit()
            let contents = terminal.contents()
            #expect(exit == .status(0))
            return contents
        }
    }

    @Test func headingsStandOutOnATerminal() async throws {
        for environment in [["-u", "NO_COLOR", "TERM=xterm"], ["NO_COLOR=", "TERM=xterm"]] {
            #expect(try await shown(environment) == Self.bold)
        }
    }

    @Test(arguments: [["NO_COLOR=1", "TERM=xterm"], ["-u", "NO_COLOR", "TERM=dumb"]])
    func unlessSomebodyMinds(_ environment: [String]) async throws {
        #expect(try await shown(environment) == "NAME  TYPE  CREATED  PATH  HASH\r\n")
    }
}
