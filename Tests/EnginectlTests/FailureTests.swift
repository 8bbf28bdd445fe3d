import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// What a failed request prints, and with which status it ends.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct FailureTests {
    private let unknownResource =
        #"{"space": "seedtest", "uuid": "00000000-0000-4000-8000-000000000000"}"#
    private let refusal =
        "Failed to get resource with UUID '00000000-0000-4000-8000-000000000000' in namespace "
        + "'seedtest': Resource with UUID '00000000-0000-4000-8000-000000000000' does not exist"

    @Test func anUnknownRoute() async throws {
        try await withEmbeddedEngine { engine in
            let arguments = ["send", "/nowhere", "--socket", engine.socketPath]
            let outcome = try await Enginectl.run(arguments)
            #expect(
                outcome
                    == .failure("error: 2803 http: the engine answered with HTTP status 404\n"))
            let jsonOutcome = try await Enginectl.run(arguments + ["--json"])
            let message = "the engine answered with HTTP status 404"
            let error =
                #"{"attempts":[],"body":"","code":2803,"delivery":"consumed","#
                + #""detail":"\#(message)","headers":{"content-length":"0","#
                + #""keep-alive":"timeout=5, max=100"},"isTransient":false,"#
                + #""message":"\#(message)","name":"http","status":404}"#
            #expect(jsonOutcome == .failure("", output: #"{"error":\#(error)}"# + "\n"))
        }
    }

    @Test func aRefusalUnderAGoodStatus() async throws {
        var state = EngineState()
        state.content.namespaces["seedtest"] = .init()
        try await withEmbeddedEngine(state: state) { engine in
            let arguments = [
                "send", "/_internal/content/get", "--data", unknownResource,
                "--socket", engine.socketPath,
            ]
            let outcome = try await Enginectl.run(arguments)
            #expect(
                outcome
                    == .failure(
                        "error: 2803 http: the engine refused the request\n\(refusal)\n",
                        output: #"{"error":"\#(refusal)","status":"ERROR"}"#))
            let jsonOutcome = try await Enginectl.run(arguments + ["--json"])
            #expect(jsonOutcome == .failure("", output: jsonOutcome.output))
            let failure = try ReportedFailure.last(of: jsonOutcome)
            #expect(failure.message == "the engine refused the request")
            #expect(failure.engineMessage == refusal)
            #expect(failure.status == 200)
            #expect(failure.body == #"{"error":"\#(refusal)","status":"ERROR"}"#)
        }
    }

    @Test func aRefusalOfATypedCall() async throws {
        try await withEmbeddedEngine { engine in
            let outcome = try await Enginectl.run(
                "metrics", "list", "--space", "standard", "--socket", engine.socketPath)
            #expect(
                outcome
                    == .failure(
                        """
                        error: 2803 http: the engine answered with HTTP status 400
                        No metrics found for space 'standard'

                        """))
        }
    }

    @Test func theEnginesWordsStayOnTheirLine() async throws {
        let body = #"{"status":"ERROR","error":"one\ntwo\u001b[31m"}"#
        try await withEmbeddedEngine { _ in
            .json(body)
        } _: { engine in
            let outcome = try await Enginectl.run("status", "--socket", engine.socketPath)
            #expect(
                outcome
                    == .failure(
                        "error: 2803 http: the engine refused the request\none two [31m\n"))
        }
    }

    @Test func aRefusalWithEverythingThatItSaid() async throws {
        let refusal = EmbeddedResponse(
            status: 429,
            headers: [
                "WWW-Authenticate": "Basic", "WWW-Authenticate": "Bearer", "Retry-After": "7",
                "Content-Type": "text/plain",
            ], body: Array("slow down\n".utf8))
        try await withEmbeddedEngine { _ in
            refusal
        } _: { engine in
            let message = "the engine answered with HTTP status 429"
            let text = try await engine.enginectl("status")
            #expect(text == .failure("error: 2803 http: \(message)\nslow down\n"))
            for arguments in [["status"], ["send", "/x"]] {
                let outcome = try await Enginectl.run(
                    arguments + ["--json", "--socket", engine.socketPath])
                let failure = try ReportedFailure.last(of: outcome)
                #expect(failure.message == message)
                #expect(failure.detail == "\(message): slow down")
                #expect(failure.engineMessage == "slow down")
                #expect(failure.status == 429)
                #expect(failure.headers?["www-authenticate"] == "Basic, Bearer")
                #expect(failure.body == "slow down\n")
                #expect(failure.delivery == "consumed")
                #expect(failure.isTransient)
                #expect(failure.retryAfter == 7)
            }
        }
    }

    @Test func aMissingSocket() async throws {
        let path = EmbeddedEngine.newSocketPath()
        let arguments = ["status", "--retries", "0", "--socket", path]
        let message = "the engine's socket does not exist"
        let outcome = try await Enginectl.run(arguments)
        #expect(
            outcome
                == .failure(
                    """
                    error: 2802 connection: \(message)
                    \(message): \(path): ENOENT: no such file or directory

                    """))
        let jsonOutcome = try await Enginectl.run(arguments + ["--json"])
        #expect(
            jsonOutcome == .unreachable(message, "ENOENT: no such file or directory", path))
    }

    @Test func aTimeout() async throws {
        try await withEmbeddedEngine { _ in
            .failing(.neverAnswer)
        } _: { engine in
            let outcome = try await Enginectl.run(
                "send", "/status", "--timeout", "0.2", "--socket", engine.socketPath)
            #expect(
                outcome
                    == .failure(
                        "error: 2800 timeout: the timeout of 200 ms passed while waiting for the response\n"
                    )
            )
        }
    }

    @Test func anUnsupportedScheme() async throws {
        let outcome = try await Enginectl.run("send", "/status", "--socket", "http://x")
        #expect(
            outcome
                == .failure(
                    """
                    error: 2801 unsupportedProtocol: the endpoint's protocol is not supported
                    the endpoint's protocol is not supported: http

                    """))
    }

    @Test func aReplyThatIsNotJSON() async throws {
        try await withEmbeddedEngine { _ in
            .json("surprise")
        } _: { engine in
            let arguments = ["status", "--socket", engine.socketPath]
            let message = "the engine's response is not the JSON that was asked for"
            let outcome = try await Enginectl.run(arguments)
            #expect(outcome.exit == .status(1))
            #expect(outcome.output.isEmpty)
            #expect(outcome.error.hasPrefix("error: 2805 invalidJSON: \(message)\n\(message): "))
            let jsonOutcome = try await Enginectl.run(arguments + ["--json"])
            #expect(jsonOutcome == .failure("", output: jsonOutcome.output))
            let failure = try ReportedFailure.last(of: jsonOutcome)
            #expect(failure.code == 2805)
            #expect(failure.name == "invalidJSON")
            #expect(failure.message == message)
            #expect(failure.body == "surprise")
        }
    }
}
