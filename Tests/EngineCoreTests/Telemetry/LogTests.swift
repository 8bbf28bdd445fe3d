import EngineCore
import EngineTesting
import InMemoryLogging
import Logging
import TestSupport
import Testing

/// What a client logs of real requests, at which level, and how often.
@Suite(.accountsForResources) struct LogTests {
    private let handler = InMemoryLogHandler()

    private func configuration(
        _ level: Logger.Level, every interval: Duration = .zero, retries: Int = 0
    ) -> EngineConfiguration {
        var configuration = quickConfiguration(retries: retries)
        configuration.logger = Logger(label: "test") { [handler] _ in handler }
        configuration.logger.logLevel = level
        configuration.logRepeatInterval = interval
        return configuration
    }

    private func entries(_ message: Logger.Message) -> [InMemoryLogHandler.Entry] {
        handler.entries.filter { $0.message == message }
    }

    private func text(_ entry: InMemoryLogHandler.Entry?, _ key: String) -> String? {
        entry?.metadata[key].map { "\($0)" }
    }

    private func keys(of entry: InMemoryLogHandler.Entry?) -> Set<String> {
        Set(entry.map(\.metadata.keys) ?? [:].keys)
    }

    @Test func aTryThatFailedAndTheEndAreLogged() async throws {
        let path = try await withTelemetry(configuration(.debug, retries: 2)) {
            engine, server in
            _ = await failure(of: EngineRequest(.get, "/lost?token=secret"), engine)
            return server.socketPath
        }
        let retried = entries("request is tried again")
        #expect(retried.map { text($0, "engine.attempt") } == ["1", "2"])
        #expect(retried.allSatisfy { $0.level == .debug })
        let first = try #require(retried.first)
        #expect(first.metadata["engine.endpoint"] == .string(path))
        #expect(text(first, "engine.request.id") == "1")
        #expect(text(first, "engine.phase") == "awaiting")
        #expect(text(first, "engine.delivery") == "consumed")
        #expect(text(first, "http.request.method") == "GET")
        #expect(text(first, "url.path") == "/lost")
        let failed = entries("request failed")
        #expect(failed.count == 1)
        #expect(
            keys(of: failed.first) == [
                "engine.attempt", "engine.delivery", "engine.duration_ms", "engine.endpoint",
                "engine.error.code", "engine.error.detail", "engine.error.name", "engine.phase",
                "engine.request.id", "http.request.method", "url.path",
            ])
        #expect(text(failed.first, "engine.attempt") == "3")
        #expect(text(failed.first, "engine.error.code") == "2803")
        #expect(text(failed.first, "engine.error.name") == "http")
        #expect(!"\(handler.entries)".contains("secret"))
    }

    @Test func aDeadlineNamesThePhaseThatItPassedIn() async throws {
        try await withTelemetry(configuration(.debug)) { engine, _ in
            _ = await failure(
                of: EngineRequest(.get, "/silent", timeout: .milliseconds(20)), engine)
        }
        let failed = try #require(entries("request failed").first)
        #expect(text(failed, "engine.phase") == "awaiting")
        let duration = try #require(
            failed.metadata["engine.duration_ms"].flatMap { Double("\($0)") })
        #expect(duration >= 20 && duration < 10_000)
    }

    @Test func connectionsAreLoggedWithWhyTheyEnd() async throws {
        try await withTelemetry(configuration(.debug)) { engine, _ in
            _ = try await engine.execute(EngineRequest(.get, "/"))
            _ = await failure(of: EngineRequest(.post, "/lost"), engine)
            _ = try await engine.execute(EngineRequest(.get, "/"))
        }
        #expect(entries("connection opened").count == 2)
        #expect(
            entries("connection closed").map {
                $0.metadata["engine.connection.close_reason"]
            } == ["broken", "shutdown"])
    }

    @Test func anEngineThatBreaksAndComesBackIsLogged() async throws {
        let isDown = Locked(true)
        let flaky: EmbeddedEngine.Handler = { _ in
            isDown.withLock { $0 } ? .failing(.reset) : .json("{}")
        }
        var configuration = configuration(.info)
        configuration.health.failureThreshold = 1
        configuration.health.trialSuccesses = 1
        configuration.health.openInterval = .milliseconds(1)
        try await withTelemetry(configuration, handler: flaky) { engine, _ in
            _ = await failure(of: EngineRequest(.post, "/"), engine)
            isDown.withLock { $0 = false }
            while engine.health.state != .healthy {
                _ = try? await engine.execute(EngineRequest(.get, "/"))
            }
        }
        let states = handler.entries.map { $0.metadata["engine.endpoint.state"] }
        #expect(states == ["broken", "recovering", "healthy"])
        #expect(handler.entries.map(\.level) == [.warning, .info, .notice])
        let reason = handler.entries.first?.metadata["engine.endpoint.failure"]
        #expect("\(reason ?? "")".contains("connection lost"))
        #expect(handler.entries.last?.metadata["engine.endpoint.state.previous"] == "recovering")
    }

    @Test func requestsRefusedForTheQueueAreLoggedOnceInAWhile() async throws {
        var configuration = configuration(.warning, every: .seconds(3_600))
        configuration.maximumConnections = 1
        configuration.maximumQueueLength = 0
        try await withTelemetry(configuration) { engine, _ in
            let silent = Task { try await engine.execute(EngineRequest(.get, "/silent")) }
            while await engine.statistics.busyConnections == 0 { await Task.yield() }
            for _ in 0..<5 { _ = await failure(of: EngineRequest(.get, "/"), engine) }
            silent.cancel()
            _ = await silent.result
            #expect(await engine.statistics.shed == 5)
        }
        let shed = entries("request refused: too many wait for the engine")
        #expect(shed.count == 1)
        #expect(shed.first?.level == .warning)
        #expect(text(shed.first, "engine.queue.limit") == "0")
        #expect(shed.first?.metadata["engine.suppressed"] == nil)
    }

    @Test func whatWasHeldBackIsCountedInTheNextOne() async throws {
        try await withTelemetry(configuration(.debug, every: .milliseconds(100))) {
            engine, _ in
            var made = 0
            while entries("request failed").count < 2 {
                _ = await failure(of: EngineRequest(.post, "/lost"), engine)
                made += 1
            }
            let logged = entries("request failed").map { $0.metadata["engine.suppressed"] }
            #expect(logged == [nil, .stringConvertible(made - 2)])
        }
    }

    @Test func aStarvedRequestIsLoggedWithTheWidthThatWasLearnt() async throws {
        let gates = [Gate(), Gate()]
        let held: EmbeddedEngine.Handler = { request in
            if request.path == "/0" { await gates[0].pass() }
            if request.path == "/1" { await gates[1].pass() }
            return .json("{}")
        }
        try await withEmbeddedEngine(.workerPool(2), handler: held) { server in
            var configuration = configuration(.notice)
            configuration.socketPath = server.socketPath
            try await withEngine(configuration: configuration) { engine in
                let slow = (0..<2).map { number in
                    Task { try await engine.execute(EngineRequest(.get, "/\(number)")) }
                }
                while await server.executedRequests().count < 2 { await Task.yield() }
                // A third connection is opened for it, which no worker takes.
                let third = Task { try await engine.execute(EngineRequest(.get, "/2")) }
                while await engine.statistics.connections < 3 { await Task.yield() }
                await gates[0].open()
                _ = try await third.value
                await gates[1].open()
                for task in slow { _ = try await task.value }
                #expect(await engine.statistics.starved == 1)
            }
        }
        let starved = entries("engine serves fewer connections at once than are open")
        #expect(starved.map(\.level) == [.notice])
        #expect(text(starved.first, "engine.connection.limit") == "2")
    }

    @Test func anotherConfigurationIsLogged() async throws {
        try await withTelemetry(configuration(.notice)) { engine, server in
            var configuration = engine.configuration
            configuration.timeout = .seconds(1)
            try await engine.reconfigure(configuration)
            #expect(
                entries("configuration changed").map { $0.metadata["engine.endpoints"] } == [
                    .array([.string(server.socketPath)])
                ])
        }
    }

    @Test func eachRequestIsLoggedAtTraceAlone() async throws {
        let body = "payload-" + String(repeating: "x", count: 1_000)
        for level in Logger.Level.allCases {
            handler.clear()
            try await withTelemetry(configuration(level)) { engine, _ in
                _ = try await engine.execute(EngineRequest(.post, "/", body: .text(body)))
                _ = await failure(of: EngineRequest(.post, "/lost", body: .text(body)), engine)
                _ = try await engine.execute(
                    EngineRequest(.post, "/status/500", body: .text(body)))
            }
            let answered = entries("request answered")
            #expect(answered.count == (level == .trace ? 2 : 0))
            #expect("\(handler.entries)".contains("payload-") == (level == .trace))
        }
        handler.clear()
        try await withTelemetry(configuration(.trace)) { engine, _ in
            _ = try await engine.execute(EngineRequest(.post, "/", body: .text(body)))
        }
        let answered = try #require(entries("request answered").first)
        #expect(text(answered, "http.request.body.size") == "1008")
        #expect(text(answered, "http.response.body.size") == "1008")
        #expect(text(answered, "http.response.status_code") == "200")
        // No more of it than the first 256 bytes, between quotes.
        #expect("\(answered.metadata["engine.request.body"] ?? "")".count == 256 + 3)
        #expect("\(answered.metadata["engine.response.body"] ?? "")".count == 256 + 3)
    }

    @Test func aClientIsQuietByDefault() async throws {
        #expect(EngineConfiguration().logger.handler is SwiftLogNoOpLogHandler)
        #expect(EngineConfiguration().logger.logLevel == .critical)
    }

    @Test func nothingThatWorksIsLoggedAtInfo() async throws {
        try await withTelemetry(configuration(.info)) { engine, _ in
            for _ in 0..<50 { _ = try await engine.execute(EngineRequest(.get, "/")) }
        }
        #expect(handler.entries.isEmpty, "\(handler.entries)")
    }

    /// Cancels a task as soon as a message is logged, on the thread that logs.
    private struct Canceller: LogHandler {
        let message: Logger.Message
        let task: Locked<Task<EngineResponse, any Error>?>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            if event.message == message { task.withLock { $0 }?.cancel() }
        }
    }

    @Test(arguments: ["request is tried again", "request failed", "request answered"])
    func aHandlerThatCancelsWhatItLogsLeavesNothingCounted(message: String) async throws {
        let task = Locked<Task<EngineResponse, any Error>?>(nil)
        let handler = Canceller(message: "\(message)", task: task)
        var configuration = quickConfiguration(retries: 2)
        configuration.logger = Logger(label: "test") { _ in handler }
        configuration.logger.logLevel = .trace
        configuration.logRepeatInterval = .zero
        try await withTelemetry(configuration) { engine, _ in
            let gate = Gate()
            let path = message == "request answered" ? "/" : "/lost"
            let request = Task<EngineResponse, any Error> {
                await gate.pass()
                return try await engine.execute(EngineRequest(.get, path))
            }
            task.withLock { $0 = request }
            await gate.open()
            _ = await request.result
            _ = try await engine.execute(EngineRequest(.get, "/"))
            let statistics = await engine.statistics
            #expect(statistics.requests.started == 2)
            #expect(statistics.requests.active == 0)
            #expect(statistics.endpoints.map(\.outstanding) == [0])
            #expect(statistics.queueLength == 0)
        }
    }
}
