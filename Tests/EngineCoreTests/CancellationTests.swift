import EngineCore
import EngineRuntime
import EngineTesting
import TestSupport
import Testing

/// Cancelling and closing, in every phase of a request.
@Suite(.accountsForResources) struct CancellationTests {
    private let path = EmbeddedEngine.newSocketPath()
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    private func configuration(connections: Int = 1) -> EngineConfiguration {
        var configuration = EngineConfiguration(socketPath: path, retries: 0)
        configuration.maximumConnections = connections
        return configuration
    }

    private func error(of task: Task<EngineResponse, any Error>) async -> EngineError? {
        switch await task.result {
        case .success: nil
        case .failure(let error): error as? EngineError
        }
    }

    @Test func cancelledWhileWaitingForTheResponse() async throws {
        try await withRawListener(on: path) { listener in
            try await withEngine(configuration: configuration()) { engine in
                let task = Task<EngineResponse, any Error> {
                    try await engine.execute(.init(.get, "/1"))
                }
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                task.cancel()
                let error = await error(of: task)
                #expect(error?.code == .cancelled)
                #expect(error?.delivery == .consumed)
                // The connection whose response is still due is not given to anybody else.
                let end = try await peer.read()
                #expect(end == nil)
                async let second = engine.execute(.init(.get, "/2"))
                let next = try await listener.accept()
                let head = try await next.read(until: "\r\n\r\n")
                #expect(head.hasPrefix("GET /2 "))
                try await next.write(ok)
                let status = try await second.status
                #expect(status == 200)
                await peer.close()
                await next.close()
            }
        }
    }

    @Test(arguments: ["HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"])
    func cancelledWhileReceivingTheResponse(_ part: String) async throws {
        try await withRawListener(on: path) { listener in
            try await withEngine(configuration: configuration()) { engine in
                let task = Task<EngineResponse, any Error> {
                    try await engine.execute(.init(.get, "/1"))
                }
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                try await peer.write(part)
                while await peer.hasBytesUnreadByPeer == true { await Task.yield() }
                task.cancel()
                let error = await error(of: task)
                #expect(error?.code == .cancelled)
                #expect(error?.message == "cancelled while receiving the response")
                #expect(error?.delivery == .consumed)
                let end = try await peer.read()
                #expect(end == nil)
                async let second = engine.execute(.init(.get, "/2"))
                let next = try await listener.accept()
                let head = try await next.read(until: "\r\n\r\n")
                #expect(head.hasPrefix("GET /2 "))
                try await next.write(ok)
                let status = try await second.status
                #expect(status == 200)
                await peer.close()
                await next.close()
            }
        }
    }

    @Test func cancelledInTheQueue() async throws {
        try await withRawListener(on: path) { listener in
            try await withEngine(configuration: configuration()) { engine in
                async let first = engine.execute(.init(.get, "/1"))
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                let waiting = (0..<50).map { number in
                    Task<EngineResponse, any Error> {
                        try await engine.execute(.init(.get, "/waiting"))
                    }
                }
                for task in waiting { task.cancel() }
                for task in waiting {
                    let error = await error(of: task)
                    #expect(error?.code == .cancelled)
                    #expect(error?.delivery == .neverSent)
                }
                try await peer.write(ok)
                let status2 = try await first.status
                #expect(status2 == 200)
                async let last = engine.execute(.init(.get, "/last"))
                let head = try await peer.read(until: "\r\n\r\n")
                #expect(head.hasPrefix("GET /last "))
                try await peer.write(ok)
                let status3 = try await last.status
                #expect(status3 == 200)
                await peer.close()
            }
        }
    }

    @Test func cancelledInTheMiddleOfTheBody() async throws {
        try await withRawListener(on: path) { listener in
            try await withEngine(configuration: configuration()) { engine in
                let body = [UInt8](repeating: 1, count: 8_000_000)
                let task = Task<EngineResponse, any Error> {
                    try await engine.execute(.init(.put, "/1", body: .bytes(body)))
                }
                let peer = try await listener.accept(isReading: false)
                while await engine.statistics.busyConnections == 0 { await Task.yield() }
                task.cancel()
                let error = await error(of: task)
                #expect(error?.code == .cancelled)
                #expect(error?.delivery == .unknown)
                await peer.close()
            }
        }
    }

    @Test func deadlinesPassInTheQueue() async throws {
        try await withRawListener(on: path) { listener in
            try await withEngine(configuration: configuration()) { engine in
                async let first = engine.execute(.init(.get, "/1"))
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                let error = try await #require(throws: EngineError.self) {
                    try await engine.execute(.init(.get, "/2", timeout: .milliseconds(20)))
                }
                #expect(error.code == .timeout)
                #expect(error.delivery == .neverSent)
                #expect(
                    error.message == "the timeout of 20 ms passed while waiting for a connection")
                try await peer.write(ok)
                let status = try await first.status
                #expect(status == 200)
                await peer.close()
            }
        }
    }

    @Test func noTimeIsATimeout() async throws {
        try await withEmbeddedEngine { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                for timeout in [Duration.zero, .seconds(-1)] {
                    let error = try await #require(throws: EngineError.self) {
                        try await engine.execute(.init(.get, "/", timeout: timeout))
                    }
                    #expect(error.code == .timeout)
                    #expect(error.delivery == .neverSent)
                }
                let endless = EngineRequest(.get, "/", timeout: .seconds(Int64.max))
                let status2 = try await engine.execute(endless).status
                #expect(status2 == 404)
            }
        }
    }

    @Test func aFullQueueRefusesAtOnce() async throws {
        var configuration = configuration()
        configuration.maximumQueueLength = 1
        try await withRawListener(on: path) { [configuration] listener in
            try await withEngine(configuration: configuration) { engine in
                let first = Task<EngineResponse, any Error> {
                    try await engine.execute(.init(.get, "/1"))
                }
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                // On the loop submissions are in order: the second waits, the third is too many.
                let error = try await engine.runOnLoop {
                    let second = Task(executorPreference: engine.loop.taskExecutor) {
                        try await engine.execute(.init(.get, "/2"))
                    }
                    await Task.yield()
                    let error = try await #require(throws: EngineError.self) {
                        try await engine.execute(.init(.get, "/3"))
                    }
                    second.cancel()
                    _ = await second.result
                    return error
                }
                #expect(error.code == .unexpected)
                #expect(error.delivery == .neverSent)
                #expect(error.isTransient)
                try await peer.write(ok)
                _ = try await first.value
                await peer.close()
            }
        }
    }

    @Test func cancellingOnTheLoopReachesWhatIsOnItsWayThere() async throws {
        try await withRawListener(on: path) { _ in
            try await withEngine(configuration: configuration()) { engine in
                for round in 0..<100 {
                    let task = try await engine.runOnLoop {
                        let isRunning = Locked(false)
                        let task = Task<EngineResponse, any Error>.detached {
                            isRunning.withLock { $0 = true }
                            return try await engine.execute(.init(.get, "/"))
                        }
                        // The loop is kept busy while the other thread gets further each round.
                        while !isRunning.withLock({ $0 }) {}
                        for _ in 0..<round * 20 { isRunning.withLock { $0 = true } }
                        task.cancel()
                        return task
                    }
                    #expect(await error(of: task)?.code == .cancelled)
                }
            }
        }
    }

    @Test func closingEndsWhatIsInFlight() async throws {
        try await withRawListener(on: path) { listener in
            let engine = Engine(configuration: configuration())
            let tasks = (0..<3).map { _ in
                Task<EngineResponse, any Error> { try await engine.execute(.init(.get, "/")) }
            }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            await engine.close()
            await engine.close()
            for task in tasks {
                let error = await error(of: task)
                #expect(error?.code == .unexpected)
                #expect(error?.message == "the client is closed")
            }
            let error = try await #require(throws: EngineError.self) {
                try await engine.execute(.init(.get, "/"))
            }
            #expect(error.message == "the client is closed")
            await peer.close()
        }
    }

    @Test func scopesCloseOnThrowAndCancellation() async throws {
        struct Stop: Error {}
        try await withEmbeddedEngine { server in
            let configuration = EngineConfiguration(socketPath: server.socketPath)
            await #expect(throws: Stop.self) {
                try await withEngine(configuration: configuration) { engine in
                    _ = try await engine.execute(.init(.get, "/status"))
                    throw Stop()
                }
            }
            for _ in 0..<1_000 {
                let task = Task {
                    try await withEngine(configuration: configuration) { engine in
                        _ = try await engine.execute(.init(.get, "/status"))
                        unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                        return try await engine.execute(.init(.post, "/cancelled"))
                    }
                }
                let error = await error(of: task)
                #expect(error?.code == .cancelled)
                #expect(error?.delivery == .neverSent)
            }
            let executed = await server.executedRequests()
            #expect(executed.count == 1_001)
            #expect(executed.allSatisfy { $0.path == "/status" })
        }
    }

    @Test func anEngineThatIsDroppedClosesItself() async throws {
        try await withRawListener(on: path) { listener in
            async let status = Self.statusOfOneRequest(configuration())
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write(ok)
            let received = try await status
            #expect(received == 200)
            let end = try await peer.read()
            #expect(end == nil)
            await peer.close()
        }
    }

    /// The engine is gone when this returns.
    private static func statusOfOneRequest(
        _ configuration: EngineConfiguration
    ) async throws -> Int {
        let engine = Engine(configuration: configuration)
        return try await engine.execute(.init(.get, "/")).status
    }

    @Test func aLoopThatEndsTakesItsRequestsAlong() async throws {
        try await withRawListener(on: path) { listener in
            let loop = EngineLoop()
            let engine = Engine(configuration: configuration(), loop: loop)
            let tasks = (0..<3).map { _ in
                Task<EngineResponse, any Error> { try await engine.execute(.init(.get, "/")) }
            }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            await loop.shutdown()
            for task in tasks {
                let error = await error(of: task)
                #expect(error?.code == .unexpected, "\(String(describing: error))")
            }
            await engine.close()
            await peer.close()
        }
    }
}
