import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Connections made ahead of the first request.
@Suite(.accountsForResources) struct ConnectTests {
    private let path = EmbeddedEngine.newSocketPath()

    private var configuration: EngineConfiguration {
        var configuration = EngineConfiguration(socketPath: path, retries: 1)
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
        configuration.idleTimeout = .seconds(60)
        return configuration
    }

    @Test func theFirstRequestFindsAConnection() async throws {
        try await withRawListener(on: path) { listener in
            try await withEngine(configuration: configuration) { engine in
                try await engine.connect()
                try await engine.connect()
                #expect(await engine.statistics.idleConnections == 1)
                async let response = engine.execute(EngineRequest(.get, "/"))
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                #expect(await engine.statistics.opened == 1)
                try await peer.write("HTTP/1.1 204 No Content\r\n\r\n")
                let status = try await response.status
                #expect(status == 204)
                await peer.close()
            }
        }
    }

    @Test func anEngineThatIsNotThere() async throws {
        await withEngine(configuration: configuration) { engine in
            let error = await #expect(throws: EngineError.self) { try await engine.connect() }
            #expect(error?.code == .connection)
            #expect(error?.underlying as? LibUVError == .noSuchFile)
            #expect(error?.attempts.count == 1)
        }
    }

    @Test func aClosedClient() async throws {
        let engine = Engine(configuration: configuration)
        await engine.close()
        let error = await #expect(throws: EngineError.self) { try await engine.connect() }
        #expect(error?.delivery == .neverSent)
    }
}
