import EngineCore
import TestSupport
import Testing

/// HAProxy in front of cpp-httplib.
///
/// Without `Expect`: some responses then stall between these two, whoever the client is.
@Suite(
    .accountsForResources, .needs(.haproxy(to: ""), .httplib()), .timeLimit(.minutes(20)))
struct HAProxyTests {
    private let checks = ApplicationChecks(.httplibOnLoopback) { .haproxy(to: $0) }

    private static let own: [Exchange] = [
        // After a 103.
        Exchange(.init(.get, "/hinted"), text: "proxy"),
        Exchange(.init(.get, "/denied")) { $0.status == 429 },
    ]

    @Test func everyFraming() async throws {
        try await checks.everyFraming(HttplibTests.providers + Self.own)
    }

    @Test func thousandRequests() async throws {
        try await checks.thousandRequests(HttplibTests.providers + Self.own)
    }

    @Test func largeBodies() async throws {
        try await checks.largeBodies()
    }

    @Test func answersBeforeTheBodyIsThere() async throws {
        try await withServer(.httplib()) { backend in
            let program = ServerProgram.haproxy(to: "unix@" + backend.socketPath)
            try await withServer(program) { server in
                try await withClient(of: server) { engine in
                    let post = EngineRequest(.post, "/refused", bytes: .pattern(8_000_000))
                    for _ in 0..<10 {
                        try await Exchange(post) { $0.status == 413 }.run(with: engine)
                        try await ApplicationExchanges.length(9).run(with: engine)
                    }
                    #expect(await engine.statistics.retries.isEmpty)
                }
            }
        }
    }

    /// HAProxy may find its own connection reset before it sees the response, and then closes.
    @Test func backendAnswersBeforeTheBodyIsThere() async throws {
        try await withServer(.httplibOnLoopback) { backend in
            try await withServer(.haproxy(to: await backend.announcement)) { server in
                try await withClient(of: server) { engine in
                    let post = EngineRequest(.post, "/early", bytes: .pattern(8_000_000))
                    for _ in 0..<10 {
                        do throws(EngineError) {
                            let response = try await engine.execute(post)
                            #expect([413, 502].contains(response.status), "\(response.summary)")
                        } catch {
                            #expect(error.code == .http, "\(error)")
                        }
                        try await ApplicationExchanges.length(9).run(with: engine)
                    }
                }
            }
        }
    }

    @Test func cutShort() async throws {
        try await checks.cutShort()
    }

    @Test func restartsUnderLoad() async throws {
        try await checks.restartsUnderLoad()
    }

    @Test func closesConnections() async throws {
        try await withServer(.httplibOnLoopback) { backend in
            try await withServer(.haproxy(to: await backend.announcement)) { server in
                try await withClient(of: server) {
                    $0.socketPath = server.path(of: "closing.sock")
                } _: { engine in
                    for _ in 0..<30 {
                        try await ApplicationExchanges.chunked(1_000).run(with: engine)
                    }
                    #expect(await engine.statistics.opened == 30)
                    #expect(await engine.statistics.reused == 0)
                }
            }
        }
    }

    /// Without its backend the proxy answers itself, or cuts a response short.
    @Test func backendRestartsUnderLoad() async throws {
        try await withServer(.httplib(threads: 32)) { backend in
            let program = ServerProgram.haproxy(to: "unix@" + backend.socketPath)
            try await withServer(program) { server in
                let exchanges = ApplicationExchanges.common.map { exchange in
                    Exchange(exchange.request) {
                        exchange.isExpected($0) || [502, 503].contains($0.status)
                    }
                }
                try await withClient(of: server, retries: 1_000) { engine in
                    let load = Load(of: exchanges)
                    let tally = try await load.run(with: engine, restarting: backend)
                    #expect(tally.unexpected.isEmpty, "\(tally.unexpected.prefix(5))")
                    #expect(tally.total == load.count)
                    for (number, error) in tally.failures {
                        #expect(!load.exchange(number).request.method.isIdempotent, "\(error)")
                        #expect(error.code == .http)
                    }
                    for exchange in ApplicationExchanges.common {
                        try await exchange.run(with: engine)
                    }
                }
            }
        }
    }
}
