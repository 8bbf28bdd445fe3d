import EngineCore
import TestSupport
import Testing

/// cpp-httplib, the server of the Wazuh Engine: every kept connection holds one of its threads.
@Suite(.accountsForResources, .needs(.httplib()), .timeLimit(.minutes(20)))
struct HttplibTests {
    static let providers: [Exchange] = [
        Exchange(.init(.get, "/provided?size=70000"), body: .pattern(70_000)),
        Exchange(.init(.get, "/provided?size=1000000"), body: .pattern(1_000_000)),
        Exchange(
            .init(.get, "/length?size=300", headers: ["Range": "bytes=4-6"]), status: 206,
            body: [4, 5, 6]),
    ]

    // Otherwise the server keeps the connection whose end is that of the body.
    private static let unbounded = Exchange(
        .init(.get, "/unbounded?size=70000", headers: ["Connection": "close"])
    ) {
        $0.headers["Content-Length"] == nil && !$0.isChunked
            && $0.body.hasSameBytes(as: .pattern(70_000))
    }

    private static let more = [unbounded, ApplicationExchanges.continued]

    @Test func everyFraming() async throws {
        try await ApplicationChecks(.httplib()).everyFraming(Self.providers + Self.more)
    }

    @Test(arguments: [2, 32]) func thousandRequests(threads: Int) async throws {
        try await ApplicationChecks(.httplib(threads: threads))
            .thousandRequests(Self.providers + Self.more)
    }

    @Test func largeBodies() async throws {
        try await ApplicationChecks(.httplib()).largeBodies()
    }

    @Test func answersBeforeTheBodyIsThere() async throws {
        try await ApplicationChecks(.httplib()).answersBeforeTheBodyIsThere()
    }

    @Test func cutShort() async throws {
        try await ApplicationChecks(.httplib()).cutShort()
    }

    @Test(arguments: [2, 32]) func restartsUnderLoad(threads: Int) async throws {
        try await ApplicationChecks(.httplib(threads: threads)).restartsUnderLoad()
    }

    @Test(arguments: [2, 32]) func atMostOnceAcrossRestarts(threads: Int) async throws {
        try await ApplicationChecks(.httplib(threads: threads)).atMostOnceAcrossRestarts()
    }

    @Test(arguments: [1, 3, 10]) func requestsPerConnection(most: Int) async throws {
        try await withServer(.httplib(requestsPerConnection: most)) { server in
            try await withClient(of: server) {
                $0.idleTimeout = .seconds(3_600)
                $0.maximumConnectionAge = .seconds(3_600)
            } _: { engine in
                for _ in 0..<30 { try await ApplicationExchanges.chunked(1_000).run(with: engine) }
                let statistics = await engine.statistics
                #expect(statistics.opened == 30 / most)
                #expect(statistics.reused == 30 - 30 / most)
                #expect(statistics.retries.isEmpty)
            }
        }
    }
}
