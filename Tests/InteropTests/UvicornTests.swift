import EngineCore
import TestSupport
import Testing

/// uvicorn with both of its HTTP parsers.
@Suite(.accountsForResources, .needs(.uvicorn("h11")), .timeLimit(.minutes(20)))
struct UvicornTests {
    private static let programs: [ServerProgram] = [.uvicorn("h11"), .uvicorn("httptools")]

    private static let closing = Exchange(.init(.get, "/close")) {
        $0.headers["Connection"] == "close" && $0.text == "last"
    }

    private static let more = [closing, ApplicationExchanges.continued]

    @Test(arguments: programs) func everyFraming(program: ServerProgram) async throws {
        try await ApplicationChecks(program).everyFraming(Self.more)
    }

    @Test(arguments: programs) func thousandRequests(program: ServerProgram) async throws {
        try await ApplicationChecks(program).thousandRequests(Self.more)
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

    @Test func restartsUnderLoad() async throws {
        try await ApplicationChecks(.uvicorn("httptools")).restartsUnderLoad()
    }

    @Test func atMostOnceAcrossRestarts() async throws {
        try await ApplicationChecks(.uvicorn("httptools")).atMostOnceAcrossRestarts()
    }
}
