import EngineCore
import EngineModules
import EngineRuntime
import EngineTesting
import TestSupport
import Testing

/// Cancelling before anything was sent, in every kind of call.
@Suite(.accountsForResources) struct EarlyCancellationTests {
    private let path = EmbeddedEngine.newSocketPath()

    private var configuration: EngineConfiguration {
        var configuration = EngineConfiguration(
            socketPath: path, retries: 0, timeout: .seconds(60))
        configuration.maximumConnections = 1
        configuration.idleTimeout = .seconds(60)
        configuration.maximumConnectionAge = .seconds(60)
        return configuration
    }

    /// Ways to use a client, each in a call of its own.
    enum Call: CaseIterable, Sendable {
        case execute, stream, connect, module, sequence, file

        func run(on engine: Engine) async throws {
            switch self {
            case .execute: _ = try await engine.execute(.init(.post, "/", body: .text("{}")))
            case .stream: _ = try await engine.stream(.init(.post, "/"))
            case .connect: try await engine.connect()
            case .module: _ = try await engine.router.table()
            case .sequence:
                _ = try await engine.execute(.init(.post, "/", body: .stream(Chunks(["a"]))))
            case .file:
                _ = try await engine.execute(.init(.post, "/", body: .file("/proc/self/stat")))
            }
        }
    }

    private func expectNeverSent(_ error: (any Error)?) {
        let error = error as? EngineError
        #expect(error?.code == .cancelled)
        #expect(error?.underlying is CancellationError)
        #expect(error?.delivery == .neverSent)
    }

    @Test(arguments: Call.allCases) func cancelledBeforeTheStart(_ call: Call) async throws {
        try await withEmbeddedEngine { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                // An open connection: nothing else holds a request up.
                try await engine.connect()
                for _ in 0..<1_000 {
                    let gate = Gate()
                    let task = Task<Void, any Error> {
                        await gate.pass()
                        try await call.run(on: engine)
                    }
                    task.cancel()
                    await gate.open()
                    expectNeverSent(await failure { try await task.value })
                }
            }
            #expect(await server.executedRequests().isEmpty)
        }
    }

    @Test func aCancelledTaskOpensNothing() async throws {
        let loop = EngineLoop()
        try await withRawListener(on: path) { _ in
            let engine = Engine(configuration: configuration, loop: loop)
            let task = Task<Void, any Error> {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                try await engine.connect()
            }
            expectNeverSent(await failure { try await task.value })
            #expect(await engine.statistics.opened == 0)
            await engine.close()
        }
        await loop.shutdown()
    }

    @Test(arguments: [Call.execute, .stream, .connect, .sequence, .file])
    func cancelledOnTheWayToTheLoop(_ call: Call) async throws {
        let loop = EngineLoop()
        try await withRawListener(on: path) { listener in
            try await withEngine(configuration: configuration, loop: loop) { engine in
                try await engine.connect()
                let peer = try await listener.accept()
                // In the loop's queue when it is cancelled, ahead of its cancellation.
                let task = try await loop.whileHeldUp {
                    let task = Task.immediate { try await call.run(on: engine) }
                    task.cancel()
                    return task
                }
                expectNeverSent(await failure { try await task.value })
                async let next = engine.execute(.init(.get, "/next"))
                let head = try await peer.read(until: "\r\n\r\n")
                #expect(head.hasPrefix("GET /next "))
                try await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                #expect(try await next.status == 200)
                await peer.close()
            }
        }
        await loop.shutdown()
    }
}
