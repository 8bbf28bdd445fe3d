import EngineTesting
import Foundation
import TestSupport
import Testing

/// What the tool does when its standard output is not to be had.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct StreamTests {
    private static let large: EmbeddedEngine.Handler = { _ in
        EmbeddedResponse(body: [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
    }

    @Test func aReaderThatHasLeft() async throws {
        try await withEmbeddedEngine(handler: Self.large) { engine in
            let pipe = try LinePipe()
            close(pipe.reading)
            defer { close(pipe.writing) }
            let outcome = try await Enginectl.run(
                ["send", "/x", "--socket", engine.socketPath], output: pipe.writing)
            #expect(outcome == .success(""))
        }
    }

    @Test func aClosedStream() async throws {
        try await withEmbeddedEngine(handler: Self.large) { engine in
            let outcome = try await Enginectl.run(
                ["send", "/x", "--socket", engine.socketPath], output: nil)
            #expect(outcome == .success(""))
        }
    }

    @Test func aFullDevice() async throws {
        try await withEmbeddedEngine { engine in
            let device = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
            try #require(device >= 0)
            defer { close(device) }
            let outcome = try await Enginectl.run(
                ["status", "--socket", engine.socketPath], output: device)
            let message = "the output can't be written"
            #expect(
                outcome
                    == .failure(
                        """
                        error: 2804 unexpected: \(message)
                        \(message): No space left on device

                        """))
        }
    }
}
