import EngineCore
import EngineRuntime
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Clients that never asked anything of their loop.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct UnusedClientTests {
    /// A loop that nobody turns.
    private func idleLoop() -> EngineLoop {
        var configuration = EngineLoop.Configuration()
        configuration.startsThread = false
        return EngineLoop(configuration: configuration)
    }

    /// One whose thread would be found under its name.
    private func namedLoop() -> EngineLoop {
        var configuration = EngineLoop.Configuration()
        configuration.name = "unused-client"
        return EngineLoop(configuration: configuration)
    }

    private func hasThread() throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").contains {
            // A thread may end between the listing and the look at it.
            (try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8))
                == "unused-client\n"
        }
    }

    private func expectClosed(_ engine: Engine) async {
        let errors = await [
            failure { _ = try await engine.execute(.init(.get, "/")) },
            failure { _ = try await engine.stream(.init(.get, "/")) },
            failure { try await engine.connect() },
            failure { try await engine.reconfigure(engine.configuration) },
        ]
        for error in errors {
            #expect(error?.message == "the client is closed")
            #expect(error?.code == .unexpected)
            #expect(error?.delivery == .neverSent)
        }
    }

    @Test func closesWithoutAThread() async throws {
        let closings: [@Sendable (Engine) async -> Void] = [
            { await $0.close() },
            { await $0.close(finishingWithin: .seconds(600)) },
            { await $0.close(finishingWithin: .zero) },
        ]
        for close in closings {
            let engine = Engine(configuration: .init(socketPath: "/nowhere"), loop: idleLoop())
            await close(engine)
            await close(engine)
            await expectClosed(engine)
            // Ends, with the state that was known.
            for await health in engine.healthChanges { #expect(health.state == .unknown) }
        }
    }

    @Test func isReadWithoutAThread() async throws {
        var configuration = EngineConfiguration(socketPath: "/nowhere")
        configuration.healthCheck = HealthCheck(EngineRequest(.get, "/"))
        let engine = Engine(configuration: configuration, loop: idleLoop())
        let statistics = await engine.statistics
        #expect(statistics.opened == 0)
        #expect(statistics.connectionLimit == configuration.maximumConnections)
        #expect(statistics.endpoints.map(\.socketPath) == ["/nowhere"])
        _ = engine.healthChanges
        #expect(engine.health.state == .unknown)
        await engine.close()
    }

    @Test func startsNoThread() async throws {
        let loop = namedLoop()
        var configuration = EngineConfiguration(socketPath: "/nowhere")
        configuration.healthCheck = HealthCheck(EngineRequest(.get, "/"))
        let engine = Engine(configuration: configuration, loop: loop)
        _ = engine.healthChanges
        _ = engine.health
        _ = await engine.statistics
        await engine.close(finishingWithin: .seconds(1))
        await engine.close()
        _ = await engine.statistics
        await expectClosed(engine)
        #expect(try !hasThread())
        // The name is that of a loop that has one.
        try loop.start()
        _ = try await loop.run {}
        #expect(try hasThread())
        await loop.shutdown()
    }

    @Test func iteratingOverTheHealthBeginsTheChecks() async throws {
        try await withEmbeddedEngine { _ in
            .json("{}")
        } _: { server in
            let loop = EngineLoop()
            var configuration = EngineConfiguration(socketPath: server.socketPath)
            configuration.healthCheck = HealthCheck(EngineRequest(.get, "/status"))
            let engine = Engine(configuration: configuration, loop: loop)
            for await health in engine.healthChanges where health.state == .healthy { break }
            #expect(engine.health.state == .healthy)
            await engine.close()
            await loop.shutdown()
        }
    }

    @Test func closingRacesTheFirstRequest() async throws {
        try await withEmbeddedEngine { _ in
            .json("{}")
        } _: { server in
            for _ in 0..<200 {
                let engine = Engine(configuration: .init(socketPath: server.socketPath))
                async let error = failure { _ = try await engine.execute(.init(.get, "/")) }
                await engine.close()
                let message = await error?.message
                #expect(message == nil || message == "the client is closed")
            }
        }
    }

    @Test func theEndOfItsLoopClosesItToo() async throws {
        try await withEmbeddedEngine { _ in
            .json("{}")
        } _: { server in
            let loop = EngineLoop()
            let engine = Engine(configuration: .init(socketPath: server.socketPath), loop: loop)
            _ = try await engine.execute(.init(.get, "/"))
            await loop.shutdown()
            await engine.close()
            await engine.close(finishingWithin: .seconds(600))
            #expect(await engine.statistics.opened == 0)
        }
    }
}
