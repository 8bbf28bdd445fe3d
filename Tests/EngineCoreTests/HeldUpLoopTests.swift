import EngineCore
import EngineTesting
import TestSupport
import Testing

/// A user's callback keeps the loop from its sockets for longer than any deadline.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct HeldUpLoopTests {
    private let server = HandPlayedServer()
    private let timeout = Duration.seconds(4)

    /// A client of one connection with a loop of its own.
    private func withClient(
        _ body: (Engine, RawListener) async throws -> Void
    ) async throws {
        let loop = EngineLoop()
        try await withRawListener(on: server.path) { listener in
            var configuration = EngineConfiguration(socketPath: server.path, retries: 0)
            configuration.timeout = timeout
            configuration.maximumConnections = 1
            configuration.idleTimeout = .seconds(60)
            configuration.maximumConnectionAge = .seconds(60)
            try await withEngine(configuration: configuration, loop: loop) {
                try await body($0, listener)
            }
        }
        await loop.shutdown()
    }

    /// Holds the loop up for longer than the timeout, and runs an operation meanwhile.
    private func holdingUp(
        _ loop: EngineLoop, _ operation: () async throws -> Void
    ) async throws {
        let (hasBegun, isOver) = (Flag(), Flag())
        async let end: Void = loop.run {
            hasBegun.set()
            while !isOver.isSet {}
        }
        while !hasBegun.isSet { await Task.yield() }
        defer { isOver.set() }
        try await operation()
        while loop.statistics.currentLag < .seconds(5) { await Task.yield() }
        isOver.set()
        try await end
    }

    @Test func whatWasAnsweredInTimeIsReadAndTheRestWasNeverSent() async throws {
        try await withClient { engine, listener in
            let first = Task { try await engine.execute(.init(.post, "/first")) }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            let waiting = (0..<3).map { _ in
                Task { await failure(of: .init(.post, "/waiting"), engine) }
            }
            while await engine.statistics.queueLength < 3 { await Task.yield() }
            try await holdingUp(engine.loop) { try await peer.write(server.ok) }
            #expect(try await first.value.status == 200)
            for request in waiting {
                let error = await request.value
                #expect(error?.code == .timeout)
                #expect(error?.delivery == .neverSent)
            }
            async let last = engine.execute(.init(.post, "/last"))
            #expect(try await peer.read(until: "\r\n\r\n").hasPrefix("POST /last "))
            try await peer.write(server.ok)
            #expect(try await last.status == 200)
            #expect(engine.loop.statistics.maximumLag >= .seconds(5))
            await peer.close()
        }
    }
}
