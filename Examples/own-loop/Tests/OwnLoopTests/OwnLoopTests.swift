import EngineTesting
import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct OwnLoopTests {
    @Test(arguments: [("c-host", "uv_loop_close: 0"), ("main-loop", " turns, ")])
    func asksUntilItIsTold(program: String, lastLine: String) async throws {
        try await withEmbeddedEngine { engine in
            let process = Process()
            process.executableURL = try #require(Bundle.main.executableURL)
                .deletingLastPathComponent().appendingPathComponent(program)
            process.arguments = [engine.socketPath]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let text = await Task.detached {
                // The first answer is here, so the daemon is at work.
                let first = output.fileHandleForReading.availableData
                process.terminate()
                let rest = (try? output.fileHandleForReading.readToEnd()) ?? nil
                process.waitUntilExit()
                return String(decoding: first + (rest ?? Data()), as: UTF8.self)
            }.value
            #expect(process.terminationStatus == 0)
            #expect(text.hasPrefix("{"), "\(text)")
            let last = text.split(separator: "\n").last ?? ""
            #expect(last.contains(lastLine), "\(text)")
        }
    }
}
