import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// What each command that calls a typed module sends, and how it fails.
@Suite(.accountsForAllCases, .timeLimit(.minutes(20))) struct ModuleCallTests {
    @Test(arguments: ModuleCall.all)
    func sendsWhatIsMeant(_ call: ModuleCall) async throws {
        // The refusal carries the request back.
        try await withEmbeddedEngine { request in
            let body = String(decoding: request.body, as: UTF8.self)
            return .refusal("\(request.method) \(request.path)\n\(body)")
        } _: { engine in
            let outcome = try await Enginectl.run(
                call.command + call.arguments + ["--socket", engine.socketPath])
            #expect(outcome == .failure(outcome.error))
            let prefix = "error: 2803 http: the engine refused the request\n\(call.request) "
            #expect(outcome.error.hasPrefix(prefix))
            let text = outcome.error.dropFirst(prefix.count).trimmingCharacters(in: .newlines)
            let body =
                text.isEmpty
                ? JSONValue.null
                : try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            #expect(body == call.body)
        }
    }

    @Test(arguments: ModuleCall.all)
    func tellsThatTheSocketIsMissing(_ call: ModuleCall) async throws {
        let path = EmbeddedEngine.newSocketPath()
        let arguments =
            call.command + call.arguments + ["--retries", "0", "--socket", path]
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

    @Test(arguments: ModuleCall.all)
    func takesNothingThatItDoesNotKnow(_ call: ModuleCall) async throws {
        let outcome = try await Enginectl.run(call.command + call.arguments + ["surplus"])
        #expect(outcome.exit == .status(64))
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.hasPrefix("Error: Unexpected argument 'surplus'\n"))
    }

    @Test(arguments: ModuleCall.all)
    func explainsItself(_ call: ModuleCall) async throws {
        let help = try #require(await HelpText.all.value.first { $0.path == call.command }).help
        let name = (["enginectl"] + call.command).joined(separator: " ")
        #expect(help.hasPrefix("OVERVIEW: "))
        #expect(help.contains("\nExample:\n  \(name)"))
        #expect(help.contains("\nUSAGE: \(name) "))
    }
}
