import EngineTesting
import Foundation
import TestSupport
import Testing

/// Loops in processes that lack something.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct SurroundingsTests {
    private func run(_ scenario: String) async throws -> [String] {
        try await withEmbeddedEngine { _ in
            .json("{}")
        } _: { engine in
            let result = try await ForkHost.run(scenario, engine.socketPath)
            #expect(result.exit == .status(0))
            return result.lines
        }
    }

    @Test(.enabled(if: getuid() == 0, "only root may change a process's root"))
    func aChrootNeedsNoDevices() async throws {
        try await withTemporaryDirectory { directory in
            var configuration = EmbeddedEngine.Configuration()
            configuration.socketPath = directory + "/socket"
            try await withEmbeddedEngine(configuration) { _ in
                .json("{}")
            } _: { _ in
                let result = try await ForkHost.run("chroot", directory)
                #expect(result.exit == .status(0))
                #expect(
                    result.lines == [
                        "/dev/null: No such file or directory", "start: 0", "chroot request: 200",
                    ])
            }
        }
    }

    @Test func jobsWaitForDescriptors() async throws {
        #expect(
            try await run("descriptors") == [
                "start: 1", "job has run: 0", "job: 1", "client request: 200",
            ])
    }

    @Test func theStackIsNotTheCLibrarys() async throws {
        #expect(try await run("small-stacks") == ["stack: \(8 << 20)"])
    }
}
