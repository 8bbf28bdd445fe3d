import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Each part of a request has a deadline of its own, which names itself.
@Suite(.accountsForResources) struct PhaseDeadlineTests {
    private let path = EmbeddedEngine.newSocketPath()

    private func configuration(
        _ set: (inout PhaseTimeouts) -> Void
    ) -> EngineConfiguration {
        var configuration = EngineConfiguration(socketPath: path)
        configuration.maximumConnections = 1
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
        set(&configuration.phaseTimeouts)
        return configuration
    }

    private func expectTimeout(
        _ message: String, _ delivery: RequestDelivery, _ engine: Engine,
        _ request: EngineRequest = .init(.put, "/"),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        do throws(EngineError) {
            _ = try await engine.execute(request)
            Issue.record("no error", sourceLocation: sourceLocation)
        } catch {
            #expect(error.code == .timeout, sourceLocation: sourceLocation)
            #expect(error.message == message, sourceLocation: sourceLocation)
            #expect(error.delivery == delivery, sourceLocation: sourceLocation)
        }
    }

    @Test func waitingForAConnection() async throws {
        try await withRawListener(on: path) { listener in
            let configuration = configuration { $0.waiting = .milliseconds(20) }
            try await withEngine(configuration: configuration) { engine in
                let first = Task { try await engine.execute(.init(.get, "/")) }
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                await expectTimeout(
                    "the phaseTimeouts.waiting limit of 20 ms passed while waiting for a connection",
                    .neverSent, engine)
                try await peer.write("HTTP/1.1 204 No Content\r\n\r\n")
                _ = try await first.value
                await peer.close()
            }
        }
    }

    @Test func connecting() async throws {
        var configuration = configuration { $0.connecting = .milliseconds(20) }
        configuration.retries = 1_000_000
        await withEngine(configuration: configuration) { engine in
            do throws(EngineError) {
                _ = try await engine.execute(.init(.get, "/"))
                Issue.record("no error")
            } catch {
                #expect(error.code == .connection)
                #expect(
                    error.message
                        == "the engine's socket does not exist; "
                        + "the phaseTimeouts.connecting limit of 20 ms passed while connecting")
                #expect(error.underlying as? LibUVError == .noSuchFile)
                #expect(!error.attempts.isEmpty)
                #expect(error.detail.contains("ENOENT"))
            }
        }
    }

    @Test func writing() async throws {
        try await withRawListener(on: path) { listener in
            let configuration = configuration { $0.writing = .milliseconds(20) }
            await withEngine(configuration: configuration) { engine in
                let body = [UInt8](repeating: 1, count: 8_000_000)
                await expectTimeout(
                    "the phaseTimeouts.writing limit of 20 ms passed while writing the request",
                    .unknown, engine,
                    .init(.put, "/", body: .bytes(body)))
            }
        }
    }

    @Test func theFirstByte() async throws {
        try await withRawListener(on: path) { listener in
            let configuration = configuration { $0.firstByte = .milliseconds(20) }
            await withEngine(configuration: configuration) { engine in
                await expectTimeout(
                    "the phaseTimeouts.firstByte limit of 20 ms passed while waiting for the response",
                    .notRead, engine)
            }
        }
    }

    @Test func betweenBytes() async throws {
        try await withRawListener(on: path) { listener in
            let configuration = configuration { $0.betweenBytes = .milliseconds(50) }
            try await withEngine(configuration: configuration) { engine in
                async let isDone: Void = expectTimeout(
                    "the phaseTimeouts.betweenBytes limit of 50 ms passed while receiving the response",
                    .consumed, engine)
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                try await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                await isDone
                await peer.close()
            }
        }
    }
}
