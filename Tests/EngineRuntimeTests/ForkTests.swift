import EngineTesting
import TestSupport
import Testing

/// Clients in a C program that forks.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct ForkTests {
    private func run(_ scenario: String) async throws -> [String] {
        var configuration = EmbeddedEngine.Configuration()
        configuration.idleTimeout = .seconds(3_600)
        return try await withEmbeddedEngine(configuration) { _ in
            .json("{}")
        } _: { engine in
            let result = try await ForkHost.run(scenario, engine.socketPath)
            #expect(result.exit == .status(0))
            return result.lines
        }
    }

    private let refusal =
        "2804 the event loop belongs to the parent process: after fork() make a new one"
    private let systemRefusal = "ESRCH: no such process"

    @Test func aLateForkLeavesTheParentAlone() async throws {
        let lines = try await run("late-fork")
        let expected = [
            "pool: used",
            "parent request: 200",
            "parent's shared request: 200",
            "parent start: 0",
            "child start: 1",
            "child run(): 1",
            "child turns: 0",
            "child request: \(refusal)",
            "child stream: \(refusal)",
            "child connect: \(refusal)",
            "child reconfigure: \(refusal)",
            "child runOnLoop: \(systemRefusal)",
            "child run: \(systemRefusal)",
            "child openHandleCount: \(systemRefusal)",
            "child statistics: returned",
            "child healthChanges: returned",
            "child drain: returned",
            "child close: returned",
            "child shutdown: returned",
            "child on the parent's executor request: \(refusal)",
            "child's own request: 200",
            "child's shared request: 200",
            "child turns its own loop: 200, 0",
            "child: 0",
            "parent was woken: 0",
            "parent request: 200",
            "parent opened: 1",
        ]
        #expect(lines == expected)
    }

    @Test func aForkOnTheLoopsThreadLeavesTheParentAlone() async throws {
        let lines = try await run("fork-on-loop")
        let expected = [
            "parent request: 200",
            "child start: 1",
            "child request: \(refusal)",
            "child's own request: 200",
            "child: 0",
            "parent request: 200",
            "parent opened: 1",
        ]
        #expect(lines == expected)
    }

    @Test func aDaemonUsesClientsThatItMadeBefore() async throws {
        let expected = [
            "daemon request: 200",
            "daemon's shared request: 200",
            "child turns its own loop: 200, 0",
            "done",
        ]
        #expect(try await run("daemon-first") == expected)
    }

    @Test func aDaemonThatComesLateMakesNewClients() async throws {
        let expected = [
            "before request: 200",
            "daemon request: \(refusal)",
            "daemon request: 200",
            "done",
        ]
        #expect(try await run("daemon-late") == expected)
    }
}
