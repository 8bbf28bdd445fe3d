import EngineCore
import EngineModules
import EngineRuntime
import EngineService
import EngineTesting
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import TestSupport
import Testing

/// The client and the sink of its events as services.
@Suite(.accountsForResources) struct LifecycleTests {
    private let path = EmbeddedEngine.newSocketPath()
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    @Test func aShutdownUnderLoadLosesNothing() async throws {
        var configuration = EmbeddedEngine.Configuration.workerPool(2)
        configuration.latency = .milliseconds(1)
        try await withEmbeddedEngine(configuration) { server in
            let engine = Engine(configuration: .init(socketPath: server.socketPath, retries: 0))
            let answers = Locked(0)
            let refusals: [EngineError] = try await testGracefulShutdown { trigger in
                try await withThrowingTaskGroup(of: EngineError?.self) { group in
                    group.addTask {
                        try await engine.run()
                        return nil
                    }
                    for _ in 0..<16 {
                        group.addTask {
                            while true {
                                do throws(EngineError) {
                                    _ = try await engine.execute(.init(.get, "/status"))
                                    answers.withLock { $0 += 1 }
                                } catch {
                                    return error
                                }
                            }
                        }
                    }
                    while answers.withLock({ $0 }) < 50 { await Task.yield() }
                    trigger.triggerGracefulShutdown()
                    return try await group.reduce(into: []) {
                        if let error = $1 { $0.append(error) }
                    }
                }
            }
            // Each caller went on until a request of its own was refused.
            #expect(refusals.count == 16)
            for refusal in refusals {
                #expect(refusal.code == .unexpected)
                #expect(refusal.delivery == .neverSent)
                // The last ones may come when it is over already.
                #expect(
                    refusal.message == "the client is closed"
                        || refusal.message.hasPrefix("the client is shutting down"))
            }
            let executed = await server.executedRequests().count
            #expect(executed == answers.withLock { $0 })
        }
    }

    @Test func theConfigurationSaysHowLongItMayTake() async throws {
        try await withRawListener(on: path) { listener in
            let engine = Engine(configuration: .init(socketPath: path, timeout: .seconds(60)))
            let request = Task { try await engine.execute(.init(.post, "/")) }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            // What holds at the end counts.
            var configuration = engine.configuration
            configuration.shutdownTimeout = .milliseconds(10)
            try await engine.reconfigure(configuration)
            try await testGracefulShutdown { trigger in
                trigger.triggerGracefulShutdown()
                try await engine.run()
            }
            let error = await #expect(throws: EngineError.self) { try await request.value }
            #expect(error?.message == "the client is closed")
            #expect(error?.delivery == .consumed)
            await peer.close()
        }
    }

    @Test func aCancellationClosesAtOnce() async throws {
        try await withRawListener(on: path) { listener in
            let engine = Engine(configuration: .init(socketPath: path, timeout: .seconds(60)))
            let service = Task { try await engine.run() }
            let request = Task { try await engine.execute(.init(.post, "/")) }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            service.cancel()
            try await service.value
            let error = await #expect(throws: EngineError.self) { try await request.value }
            #expect(error?.message == "the client is closed")
            await peer.close()
        }
    }

    @Test func aGroupSendsTheEventsBeforeItClosesTheClient() async throws {
        let endpoint = EventEndpoint()
        try await withEmbeddedEngine(handler: endpoint.answer) { server in
            let engine = Engine(configuration: .init(socketPath: server.socketPath))
            var configuration = EventSinkConfiguration()
            // Nothing is sent until somebody asks for it, or the sink is closed.
            configuration.linger = .seconds(3_600)
            let sink = EventSink(to: engine, configuration: configuration)
            let group = ServiceGroup(
                services: [engine, sink],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            async let running: Void = group.run()
            let source = try sink.source(EventHeader(agentID: "001"))
            for number in 0..<100 { try await source.append("event \(number)") }
            #expect(endpoint.counts.total == 0)
            await group.triggerGracefulShutdown()
            try await running
            #expect(endpoint.counts.total == 100)
            #expect(sink.statistics.delivered == 100)
        }
    }

    @Test func aCancelledSinkGivesUp() async throws {
        let engine = Engine(configuration: .init(socketPath: path))
        var configuration = EventSinkConfiguration()
        configuration.linger = .seconds(3_600)
        let sink = EventSink(to: engine, configuration: configuration)
        let service = Task { try await sink.run() }
        let source = try sink.source(EventHeader(agentID: "001"))
        try await source.append("event")
        service.cancel()
        try await service.value
        #expect(sink.statistics.failed == 1)
        await engine.close()
    }
}
