import EngineCore
import EngineRuntime
import EngineTesting
import TestSupport
import Testing

/// A client that takes no more requests and lets those that it has end.
@Suite(.accountsForResources) struct GracefulCloseTests {
    private let path = EmbeddedEngine.newSocketPath()
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    private let long = Duration.seconds(60)

    private func configuration(retries: Int = 0) -> EngineConfiguration {
        var configuration = EngineConfiguration(
            socketPath: path, retries: retries, timeout: .seconds(60))
        configuration.maximumConnections = 1
        configuration.maximumConnectionAge = .seconds(60)
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
        return configuration
    }

    private func get(_ path: String, _ engine: Engine) -> Task<EngineResponse, any Error> {
        Task { try await engine.execute(.init(.get, path)) }
    }

    private func error<Success>(of task: Task<Success, any Error>) async -> EngineError? {
        switch await task.result {
        case .success: nil
        case .failure(let error): error as? EngineError
        }
    }

    /// Begins to close; the client refuses new requests when this returns.
    private func beginClosing(_ engine: Engine, within limit: Duration) async throws -> Task<
        Void, Never
    > {
        try await engine.runOnLoop {
            let closing = Task(executorPreference: engine.loop.taskExecutor) {
                await engine.close(finishingWithin: limit)
            }
            await Task.yield()
            return closing
        }
    }

    private func refusal(_ body: () async throws -> Void) async -> String? {
        let error = await #expect(throws: EngineError.self) { try await body() }
        #expect(error?.code == .unexpected)
        #expect(error?.delivery == .neverSent)
        return error?.message
    }

    @Test func whatIsInFlightAndInTheQueueEndsAndNothingElseBegins() async throws {
        try await withRawListener(on: path) { listener in
            let engine = Engine(configuration: configuration())
            let first = get("/1", engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            let second = get("/2", engine)
            while await engine.statistics.queueLength == 0 { await Task.yield() }
            let closing = try await beginClosing(engine, within: long)
            let expected = "the client is shutting down and takes no more requests"
            #expect(await refusal { _ = try await engine.execute(.init(.get, "/3")) } == expected)
            #expect(await refusal { _ = try await engine.stream(.init(.get, "/4")) } == expected)
            #expect(await refusal { try await engine.connect() } == expected)
            try await peer.write(ok)
            let head = try await peer.read(until: "\r\n\r\n")
            #expect(head.hasPrefix("GET /2 "))
            try await peer.write(ok)
            #expect(try await first.value.status == 200)
            #expect(try await second.value.status == 200)
            await closing.value
            let end = try await peer.read()
            #expect(end == nil)
            let closed = await refusal { _ = try await engine.execute(.init(.get, "/5")) }
            #expect(closed == "the client is closed")
            await peer.close()
        }
    }

    @Test func aStreamedResponseGoesOnToItsEnd() async throws {
        try await withRawListener(on: path) { listener in
            let engine = Engine(configuration: configuration())
            let stream = Task { try await engine.stream(.init(.get, "/")) }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
            let response = try await stream.value
            let closing = try await beginClosing(engine, within: long)
            try await peer.write("def")
            var body: [UInt8] = []
            for try await chunk in response.body { body += chunk }
            #expect(String(decoding: body, as: UTF8.self) == "abcdef")
            await closing.value
            await peer.close()
        }
    }

    @Test func aRequestIsStillTriedAgain() async throws {
        try await withRawListener(on: path) { listener in
            let engine = Engine(configuration: configuration(retries: 1))
            let request = get("/", engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            let closing = try await beginClosing(engine, within: long)
            await peer.close()
            let next = try await listener.accept()
            _ = try await next.read(until: "\r\n\r\n")
            try await next.write(ok)
            #expect(try await request.value.status == 200)
            await closing.value
            await next.close()
        }
    }

    @Test func whatIsLeftAtTheLimitEndsWithHowFarItGot() async throws {
        try await withRawListener(on: path) { listener in
            let engine = Engine(configuration: configuration())
            let first = get("/1", engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            let second = get("/2", engine)
            while await engine.statistics.queueLength == 0 { await Task.yield() }
            let start = ContinuousClock.now
            // The earlier of two limits counts, whichever is told first.
            let patient = try await beginClosing(engine, within: long)
            await engine.close(finishingWithin: .milliseconds(30))
            #expect(start.duration(to: .now) >= .milliseconds(30))
            await patient.value
            let sent = await error(of: first)
            #expect(sent?.message == "the client is closed")
            #expect(sent?.delivery == .consumed)
            #expect(await error(of: second)?.delivery == .neverSent)
            await peer.close()
        }
    }

    @Test(arguments: [true, false])
    func cancellingOrClosingEndsItAtOnce(_ isCancelled: Bool) async throws {
        try await withRawListener(on: path) { listener in
            let engine = Engine(configuration: configuration())
            let request = get("/", engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            let closing = try await beginClosing(engine, within: long)
            if isCancelled { closing.cancel() } else { await engine.close() }
            await closing.value
            #expect(await error(of: request)?.message == "the client is closed")
            await peer.close()
        }
    }

    @Test func aCancelledTaskDoesNotWaitForRequests() async throws {
        try await withRawListener(on: path) { listener in
            let engine = Engine(configuration: configuration())
            let request = get("/", engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            let gate = Gate()
            let closing = Task {
                await gate.pass()
                await engine.close(finishingWithin: long)
            }
            closing.cancel()
            await gate.open()
            await closing.value
            #expect(await error(of: request)?.message == "the client is closed")
            await peer.close()
        }
    }

    @Test func checksOfTheEngineHoldNothingUp() async throws {
        try await withRawListener(on: path) { listener in
            var configuration = configuration()
            configuration.healthCheck = HealthCheck(
                EngineRequest(.get, "/status"), interval: .seconds(60), timeout: .seconds(60))
            let engine = Engine(configuration: configuration)
            // The states end with the client.
            async let end: Void = { for await _ in engine.healthChanges {} }()
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            await engine.close(finishingWithin: long)
            await end
            await peer.close()
        }
    }

    @Test func withoutRequestsItIsClosedAtOnce() async throws {
        let unused = Engine(configuration: configuration())
        await unused.close(finishingWithin: long)
        await unused.close(finishingWithin: long)
        try await withEmbeddedEngine { server in
            let engine = Engine(configuration: .init(socketPath: server.socketPath))
            _ = try await engine.execute(.init(.get, "/status"))
            await engine.close(finishingWithin: long)
            let error = await #expect(throws: EngineError.self) {
                try await engine.execute(.init(.get, "/status"))
            }
            #expect(error?.message == "the client is closed")
        }
    }
}
