import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Against a server that serves as many connections as it has workers and leaves the rest
/// unaccepted, with the client knowing nothing of it.
@Suite(.accountsForResources) struct WorkerPoolTests {
    private let request = EngineRequest(.post, "/metrics/list", body: .text("{}"))

    private func requests(_ engine: Engine, callers: Int, count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    for _ in 0..<count / callers { _ = try await engine.execute(request) }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: [1, 2, 4], [1, 8, 240])
    func everybodyIsServed(workers: Int, callers: Int) async throws {
        let empty: EmbeddedEngine.Handler = { _ in .json("{}") }
        try await withEmbeddedEngine(.workerPool(workers), handler: empty) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                try await requests(engine, callers: callers, count: 960)
                let statistics = await engine.statistics
                #expect(statistics.queueLength == 0)
                #expect(statistics.busyConnections == 0)
                #expect(statistics.connections <= workers + 1)
                #expect(statistics.shed == 0)
                #expect(statistics.retries[.consumed] == nil)
            }
            #expect(await server.executedRequests().count == 960)
            #expect(await server.connectionCounts().most <= workers)
        }
    }

    @Test func aStarvedRequestIsRescued() async throws {
        let gates = [Gate(), Gate()]
        let held: EmbeddedEngine.Handler = { request in
            if request.path == "/0" { await gates[0].pass() }
            if request.path == "/1" { await gates[1].pass() }
            return .json("{}")
        }
        try await withEmbeddedEngine(.workerPool(2), handler: held) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                let slow = (0..<2).map { number in
                    Task { try await engine.execute(.init(.get, "/\(number)")) }
                }
                while await server.executedRequests().count < 2 { await Task.yield() }
                // A third connection is opened for it, which no worker takes.
                let third = Task { try await engine.execute(.init(.get, "/2")) }
                while await engine.statistics.connections < 3 { await Task.yield() }
                await gates[0].open()
                _ = try await third.value
                let statistics = await engine.statistics
                #expect(statistics.rescued == 1, "\(statistics)")
                await gates[1].open()
                for task in slow { _ = try await task.value }
            }
        }
    }

    @Test func twoClientsShareTheWorkers() async throws {
        let empty: EmbeddedEngine.Handler = { _ in .json("{}") }
        try await withEmbeddedEngine(.workerPool(2), handler: empty) { server in
            let configuration = EngineConfiguration(socketPath: server.socketPath)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        try await withEngine(configuration: configuration) { engine in
                            try await requests(engine, callers: 32, count: 3_200)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(await server.executedRequests().count == 6_400)
        }
    }

    @Test func anEngineThatRestartsLosesNothing() async throws {
        let path = EmbeddedEngine.newSocketPath()
        var configuration = EmbeddedEngine.Configuration.workerPool(2)
        configuration.socketPath = path
        let empty: EmbeddedEngine.Handler = { _ in .json("{}") }
        var client = EngineConfiguration(socketPath: path, retries: 100, timeout: .seconds(60))
        client.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(20))
        var safe = request
        safe.repeatability = .safe
        try await withEngine(configuration: client) { [configuration, safe] engine in
            let load = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<16 {
                        group.addTask {
                            for _ in 0..<100 { _ = try await engine.execute(safe) }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            for round in 1...3 {
                let server = try await EmbeddedEngine.start(configuration, handler: empty)
                while await server.executedRequests().count < 300 { await Task.yield() }
                await server.stop()
                #expect(await engine.statistics.opened >= round)
            }
            let server = try await EmbeddedEngine.start(configuration, handler: empty)
            try await load.value
            await server.stop()
        }
    }

    @Test func whatMayNotRepeatRunsAtMostOnceAcrossRestarts() async throws {
        let path = EmbeddedEngine.newSocketPath()
        var configuration = EmbeddedEngine.Configuration.workerPool(2)
        configuration.socketPath = path
        let executions = Locked<[String: Int]>([:])
        let logging: EmbeddedEngine.Handler = { request in
            executions.withLock { $0[request.path, default: 0] += 1 }
            // Part of the answers is lost with the connections that a restart ends.
            await Task.yield()
            return .json("{}")
        }
        var client = EngineConfiguration(socketPath: path, retries: 100, timeout: .seconds(60))
        client.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(20))
        let ends = Locked<[String: RequestDelivery?]>([:])
        await withEngine(configuration: client) { engine in
            let load = Task {
                await withTaskGroup(of: Void.self) { group in
                    for caller in 0..<16 {
                        group.addTask {
                            for number in 0..<100 {
                                await Self.send("/\(caller)/\(number)", with: engine, noting: ends)
                            }
                        }
                    }
                }
            }
            for round in 1...3 {
                let server = try? await EmbeddedEngine.start(configuration, handler: logging)
                while executions.withLock({ $0.count }) < 300 * round { await Task.yield() }
                await server?.stop()
            }
            let server = try? await EmbeddedEngine.start(configuration, handler: logging)
            await load.value
            await server?.stop()
        }
        let (ended, executed) = (ends.withLock { $0 }, executions.withLock { $0 })
        #expect(ended.count == 1_600)
        #expect(executed.values.allSatisfy { $0 == 1 })
        for (path, delivery) in ended {
            switch delivery {
            case nil: #expect(executed[path] == 1)
            case .neverSent?, .notRead?: #expect(executed[path] == nil)
            case .consumed?, .unknown?: break
            }
        }
    }

    /// Sends a request that may not be repeated, and notes how it ended: nil for an answer.
    private static func send(
        _ path: String, with engine: Engine, noting ends: Locked<[String: RequestDelivery?]>
    ) async {
        var request = EngineRequest(.post, path)
        request.repeatability = .unsafe
        do throws(EngineError) {
            _ = try await engine.execute(request)
            ends.withLock { $0[path] = .some(nil) }
        } catch {
            ends.withLock { $0[path] = error.delivery }
        }
    }
}
