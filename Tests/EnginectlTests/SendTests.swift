import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl send` against an engine that answers.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct SendTests {
    private static let echo: EmbeddedEngine.Handler = { request in
        EmbeddedResponse(body: Array("\(request.method) \(request.path) ".utf8) + request.body)
    }

    private func echoed(_ arguments: String..., input: String = "") async throws -> String {
        try await withEmbeddedEngine(handler: Self.echo) { engine in
            let outcome = try await Enginectl.run(
                ["send", "--socket", engine.socketPath] + arguments, input: input)
            #expect(outcome == .success(outcome.output))
            return outcome.output
        }
    }

    @Test func getsWithoutData() async throws {
        #expect(try await echoed("/status?all=1") == "GET /status?all=1 ")
    }

    @Test func postsData() async throws {
        #expect(try await echoed("--data", "{\"a\": 1}", "/x") == "POST /x {\"a\": 1}")
        #expect(try await echoed("--data", "", "/x") == "POST /x ")
    }

    @Test func takesTheMethodThatIsAsked() async throws {
        #expect(try await echoed("--method", "DELETE", "/logtest") == "DELETE /logtest ")
        #expect(try await echoed("--method", "PUT", "--data", "{}", "/x") == "PUT /x {}")
    }

    @Test func addsAMissingSlash() async throws {
        #expect(try await echoed("status") == "GET /status ")
    }

    @Test func readsDataFromAFile() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/body.json"
            let body = String(repeating: "{\"long\": true}\n", count: 10_000)
            try Data(body.utf8).write(to: URL(fileURLWithPath: file))
            #expect(try await echoed("--data", "@" + file, "/x") == "POST /x " + body)
        }
    }

    @Test func readsDataFromStandardInput() async throws {
        #expect(try await echoed("--data", "-", "/x", input: "{\"in\":1}") == "POST /x {\"in\":1}")
    }

    @Test func notModifiedIsWhatAConditionalRequestAsksFor() async throws {
        try await withEmbeddedEngine { _ in
            EmbeddedResponse(status: 304)
        } _: { engine in
            let send = ["send", "--socket", engine.socketPath, "/x"]
            for options in [[], ["--fail"], ["--json"]] {
                for field in ["If-None-Match: \"1\"", "if-modified-since: yesterday"] {
                    let outcome = try await Enginectl.run(send + options + ["--header", field])
                    #expect(outcome == .success(""))
                }
            }
            let outcome = try await Enginectl.run(send)
            #expect(outcome.exit == .status(1))
        }
    }

    @Test func takesAURLAsSocket() async throws {
        try await withEmbeddedEngine(handler: Self.echo) { engine in
            let outcome = try await Enginectl.run(
                "send", "/x", "--socket", "unix://" + engine.socketPath)
            #expect(outcome == .success("GET /x "))
        }
    }

    @Test func printsTheBodyExactly() async throws {
        let body = "{\"status\":\"OK\", \"a\\/b\": [1.0]}\n\n"
        try await withEmbeddedEngine { _ in
            .json(body)
        } _: { engine in
            for format in [[], ["--json"]] {
                let outcome = try await Enginectl.run(
                    ["send", "/x", "--socket", engine.socketPath] + format)
                #expect(outcome == .success(body))
            }
        }
    }
}
