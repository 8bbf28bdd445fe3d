import EngineCore
import EngineTesting
import TestSupport
import Testing

/// What the commands make of a status that is neither good nor an error.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct StatusTests {
    private static let message =
        "error: 2803 http: the engine answered with HTTP status 302; redirects are not followed\n"

    private func withRedirect(_ body: (EmbeddedEngine) async throws -> Void) async throws {
        let redirect = EmbeddedResponse(
            status: 302, headers: ["Location": "/other"], body: Array(#"{"status":"OK"}"#.utf8))
        try await withEmbeddedEngine { _ in
            redirect
        } _: { engine in
            try await body(engine)
        }
    }

    @Test(arguments: [
        ["router", "delete", "one"], ["router", "table"], ["status"], ["send", "--fail", "/x"],
    ])
    func aRedirectIsAFailure(_ arguments: [String]) async throws {
        try await withRedirect { engine in
            let outcome = try await Enginectl.run(arguments + ["--socket", engine.socketPath])
            #expect(outcome == .failure(outcome.error))
            #expect(outcome.error.hasPrefix(Self.message))
            #expect(outcome.error.hasSuffix("Location: /other\n"))
        }
    }

    @Test func ofABench() async throws {
        try await withRedirect { engine in
            let outcome = try await engine.enginectl("bench", "--requests", "5", "--json")
            #expect(try BenchResult(outcome).errors == ["http": 5])
        }
    }

    @Test func ofEvents() async throws {
        try await withRedirect { engine in
            let outcome = try await engine.enginectl(
                "events", "post", "--source", "007", "-", input: "1:/a:b\n")
            #expect(outcome.exit == .status(1))
            #expect(outcome.output.hasPrefix("1 lines: 0 delivered, 1 failed, 0 dropped, "))
        }
    }

    @Test func methodsAreCaseSensitive() async throws {
        try await withEmbeddedEngine { request in
            EmbeddedResponse(body: Array("\(request.method) \(request.path)".utf8))
        } _: { engine in
            let lower = try await engine.enginectl("send", "--method", "Delete", "/x")
            #expect(lower == .success("Delete /x"))
            let options = try await engine.enginectl("send", "--method", "OPTIONS", "*")
            #expect(options == .success("OPTIONS *"))
        }
    }
}
