import EngineCore
import EngineTesting
import TestSupport
import Testing

/// What is tried again, and what is not.
@Suite(.accountsForResources) struct RetryPolicyTests {
    private let path = EmbeddedEngine.newSocketPath()

    private func configuration(retries: Int) -> EngineConfiguration {
        var configuration = EngineConfiguration(socketPath: path, retries: retries)
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
        return configuration
    }

    private func request(_ repeatability: EngineRequest.Repeatability) -> EngineRequest {
        var request = EngineRequest(.post, "/")
        request.repeatability = repeatability
        return request
    }

    /// Hangs up on the first requests it reads, unanswered, and answers the others.
    private func outcome(
        of request: EngineRequest, afterLosing losses: Int, retries: Int = 5
    ) async throws -> (result: Result<EngineResponse, EngineError>, reached: Int) {
        let reached = Counter()
        let handler: EmbeddedEngine.Handler = { _ in
            reached.increment() <= losses ? .failing(.reset) : .json("{}")
        }
        var server = EmbeddedEngine.Configuration()
        server.socketPath = path
        return try await withEmbeddedEngine(server, handler: handler) { _ in
            await withEngine(configuration: configuration(retries: retries)) { engine in
                do throws(EngineError) {
                    return (.success(try await engine.execute(request)), reached.value)
                } catch {
                    return (.failure(error), reached.value)
                }
            }
        }
    }

    @Test func whatIsSafeIsRepeatedAsOftenAsAllowed() async throws {
        for losses in 0...3 {
            let (result, reached) = try await outcome(
                of: request(.safe), afterLosing: losses, retries: 3)
            #expect((try? result.get().status) == 200)
            #expect(reached == losses + 1)
        }
        let (result, reached) = try await outcome(of: request(.safe), afterLosing: 9, retries: 3)
        #expect(throws: EngineError.self) { try result.get() }
        #expect(reached == 4)
    }

    @Test(arguments: [EngineRequest.Repeatability.unsafe, .never, .byMethod])
    func whatMayHaveRunIsNot(repeatability: EngineRequest.Repeatability) async throws {
        let (result, reached) = try await outcome(of: request(repeatability), afterLosing: 1)
        let error = #expect(throws: EngineError.self) { try result.get() }
        #expect(error?.delivery == .consumed)
        #expect(error?.progress?.isReusedConnection == false)
        #expect(error?.description.contains("fresh connection") == true)
        #expect(reached == 1)
    }

    @Test func methodsSayWhatIsIdempotent() async throws {
        for method in [HTTPMethod.get, .head, .put, .delete, .options] {
            let (result, reached) = try await outcome(of: .init(method, "/"), afterLosing: 1)
            #expect((try? result.get().status) == 200)
            #expect(reached == 2)
        }
    }

    @Test func noRetriesAreNone() async throws {
        let (result, reached) = try await outcome(
            of: request(.safe), afterLosing: 1, retries: 0)
        #expect(throws: EngineError.self) { try result.get() }
        #expect(reached == 1)
    }

    @Test func aTimeoutIsNotRepeated() async throws {
        let reached = Counter()
        var server = EmbeddedEngine.Configuration()
        server.socketPath = path
        let silent: EmbeddedEngine.Handler = { _ in
            reached.increment()
            return .failing(.neverAnswer)
        }
        try await withEmbeddedEngine(server, handler: silent) { _ in
            await withEngine(configuration: configuration(retries: 5)) { engine in
                var request = request(.safe)
                request.timeout = .milliseconds(50)
                await #expect(throws: EngineError.self) { try await engine.execute(request) }
            }
        }
        #expect(reached.value == 1)
    }

    @Test func aRefusalIsAnAnswerAndNotRepeated() async throws {
        let reached = Counter()
        var server = EmbeddedEngine.Configuration()
        server.socketPath = path
        let refusing: EmbeddedEngine.Handler = { _ in
            reached.increment()
            var refusal = EmbeddedResponse.json(
                "{\"status\":\"ERROR\",\"error\":\"busy\"}", status: 503)
            refusal.headers["Retry-After"] = "7"
            return refusal
        }
        try await withEmbeddedEngine(server, handler: refusing) { _ in
            try await withEngine(configuration: configuration(retries: 5)) { engine in
                let error = try await #require(throws: EngineError.self) {
                    let _: EngineAcknowledgement = try await engine.send("/", JSONValue.null)
                }
                #expect(error.code == .http)
                #expect(error.httpStatus == 503)
                #expect(error.engineMessage == "busy")
                #expect(error.isTransient)
                #expect(error.retryAfter == .seconds(7))
                #expect(error.delivery == .consumed)
            }
        }
        #expect(reached.value == 1)
    }

    @Test func manyCallersShareOneReconnect() async throws {
        try await withEngine(configuration: configuration(retries: 3)) { engine in
            try await engine.runOnLoop {
                let tasks = (0..<200).map { _ in
                    Task(executorPreference: engine.loop.taskExecutor) {
                        try await engine.execute(.init(.get, "/"))
                    }
                }
                for task in tasks {
                    let error = try await #require(throws: EngineError.self) {
                        try await task.value
                    }
                    #expect(error.code == .connection)
                }
            }
            let failures = await engine.statistics.connectFailures
            #expect(failures == 4)
        }
    }

    @Test func anErrorTellsTheWorstOfItsTries() async throws {
        try await withRawListener(on: path) { listener in
            await withEngine(configuration: configuration(retries: 1)) { engine in
                let task = Task<EngineResponse, any Error> {
                    var request = request(.safe)
                    request.timeout = .milliseconds(100)
                    return try await engine.execute(request)
                }
                let peer = try? await listener.accept()
                _ = try? await peer?.read(until: "\r\n\r\n")
                await peer?.close()
                // The second try stays unread, but the first one was read.
                let error = await #expect(throws: EngineError.self) { try await task.value }
                #expect(error?.code == .timeout)
                #expect(error?.delivery == .consumed)
                #expect(error?.attempts.count == 1)
            }
        }
    }

    @Test func whatWasReadInPartIsNotSentAgain() async throws {
        try await withRawListener(on: path) { listener in
            await withEngine(configuration: configuration(retries: 5)) { engine in
                for _ in 0..<50 {
                    let task = Task<EngineResponse, any Error> {
                        let body = [UInt8](repeating: 7, count: 4_000_000)
                        var request = EngineRequest(.post, "/", body: .bytes(body))
                        request.repeatability = .unsafe
                        return try await engine.execute(request)
                    }
                    let peer = try? await listener.accept()
                    _ = try? await peer?.read()
                    await peer?.close()
                    let error = await #expect(throws: EngineError.self) { try await task.value }
                    #expect(error?.attempts.isEmpty == true)
                    #expect(error?.delivery == .unknown || error?.delivery == .consumed)
                }
            }
        }
    }

    @Test func nothingKeptIdleStillServes() async throws {
        try await withEmbeddedEngine { server in
            var configuration = EngineConfiguration(socketPath: server.socketPath)
            configuration.idleTimeout = .zero
            configuration.maximumQueueLength = 0
            try await withEngine(configuration: configuration) { engine in
                for _ in 0..<5 {
                    let status = try await engine.execute(.init(.get, "/status")).status
                    #expect(status == 200)
                }
                let opened = await engine.statistics.opened
                #expect(opened == 5)
            }
        }
    }

    @Test func cancelledBetweenTries() async throws {
        var configuration = configuration(retries: 1_000_000)
        configuration.backoff = Backoff(base: .seconds(60), maximum: .seconds(60))
        await withEngine(configuration: configuration) { engine in
            let task = Task<EngineResponse, any Error> {
                try await engine.execute(.init(.get, "/"))
            }
            while await engine.statistics.connectFailures == 0 { await Task.yield() }
            task.cancel()
            let error = await #expect(throws: EngineError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(error?.delivery == .neverSent)
        }
    }
}

/// Counts from anywhere.
private final class Counter: Sendable {
    private let count = Locked(0)

    var value: Int { count.withLock { $0 } }

    @discardableResult
    func increment() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
