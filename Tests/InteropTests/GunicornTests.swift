import EngineCore
import TestSupport
import Testing

/// gunicorn with two worker processes: `sync` ones, which serve one connection at a time and close
/// it after the response, and `gthread` ones, which keep it.
@Suite(
    .accountsForResources, .needs(.gunicorn("sync")), .timeLimit(.minutes(20)))
struct GunicornTests {
    private static let programs: [ServerProgram] = [
        .gunicorn("sync"), .gunicorn("gthread", ["--threads", "4"]),
    ]

    @Test(arguments: programs) func everyFraming(program: ServerProgram) async throws {
        try await ApplicationChecks(program).everyFraming([ApplicationExchanges.continued])
    }

    @Test(arguments: programs) func thousandRequests(program: ServerProgram) async throws {
        try await ApplicationChecks(program).thousandRequests([ApplicationExchanges.continued])
    }

    @Test(arguments: programs) func largeBodies(program: ServerProgram) async throws {
        try await ApplicationChecks(program).largeBodies()
    }

    @Test(arguments: programs) func answersBeforeTheBodyIsThere(program: ServerProgram) async throws
    {
        try await ApplicationChecks(program).answersBeforeTheBodyIsThere()
    }

    @Test(arguments: programs) func cutShort(program: ServerProgram) async throws {
        try await ApplicationChecks(program).cutShort()
    }

    @Test(arguments: programs) func restartsUnderLoad(program: ServerProgram) async throws {
        try await ApplicationChecks(program).restartsUnderLoad()
    }

    @Test(arguments: programs) func atMostOnceAcrossRestarts(program: ServerProgram) async throws {
        try await ApplicationChecks(program).atMostOnceAcrossRestarts()
    }

    /// Workers that leave after some requests, as they do against leaks of memory.
    @Test func workersTakeTurns() async throws {
        let program = ServerProgram.gunicorn(
            "gthread", ["--threads", "4", "--max-requests", "100"])
        try await ApplicationChecks(program).thousandRequests([ApplicationExchanges.continued])
    }
}
