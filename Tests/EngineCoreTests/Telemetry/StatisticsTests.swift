import EngineCore
import EngineTesting
import TestSupport
import Testing

/// What a client without any backend counts.
@Suite(.accountsForResources) struct StatisticsTests {
    @Test func eachRequestIsCountedOnceByItsOutcome() async throws {
        let statistics = try await withTelemetry(quickConfiguration(retries: 2)) { engine, _ in
            for _ in 0..<20 { _ = try await engine.execute(EngineRequest(.get, "/")) }
            _ = try await engine.execute(EngineRequest(.get, "/status/404"))
            _ = try await engine.execute(EngineRequest(.get, "/status/503"))
            // Tried three times, and one request all the same.
            _ = await failure(of: EngineRequest(.get, "/lost"), engine)
            _ = await failure(of: EngineRequest(.post, "/lost"), engine)
            _ = await failure(
                of: EngineRequest(.get, "/silent", timeout: .milliseconds(20)), engine)
            _ = await failure(of: EngineRequest(.get, "no path"), engine)
            try await engine.connect()
            return await engine.statistics
        }
        #expect(statistics.requests.started == 26)
        #expect(statistics.requests.succeeded == 22)
        #expect(statistics.requests.errorResponses == 2)
        #expect(statistics.requests.failed == [.http: 2, .timeout: 1, .unexpected: 1])
        #expect(statistics.requests.active == 0)
        #expect(statistics.latency.count == statistics.requests.succeeded)
        #expect(statistics.failureLatency.count == statistics.requests.failures)
        #expect(statistics.failureLatency.maximum >= .milliseconds(20))
        #expect(statistics.retries == [.consumed: 2])
    }

    @Test func latencyIsFromTheCallToTheEnd() async throws {
        let statistics = try await withTelemetry(quickConfiguration()) { engine, _ in
            _ = try await engine.execute(EngineRequest(.get, "/"))
            _ = await failure(
                of: EngineRequest(.get, "/silent", timeout: .milliseconds(50)), engine)
            return await engine.statistics
        }
        let failed = statistics.failureLatency
        #expect(failed.p50 >= .milliseconds(50))
        #expect(failed.p50 <= failed.maximum)
        #expect(failed.mean == failed.maximum)
        #expect(statistics.latency.maximum > .zero)
        #expect(statistics.latency.value(atPercentile: 100) == statistics.latency.maximum)
    }

    @Test func whatIsUnderWayIsActive() async throws {
        let gate = Gate()
        let held: EmbeddedEngine.Handler = { _ in
            await gate.pass()
            return .json("{}")
        }
        try await withTelemetry(quickConfiguration(), handler: held) { engine, server in
            let request = Task { try await engine.execute(EngineRequest(.get, "/")) }
            while await server.executedRequests().isEmpty { await Task.yield() }
            let during = await engine.statistics
            #expect(during.requests.active == 1)
            #expect(during.latency.count == 0)
            #expect(during.latency.p99 == .zero)
            #expect(during.endpoints.map(\.outstanding) == [1])
            #expect(during.endpoints.map(\.busyConnections) == [1])
            await gate.open()
            _ = try await request.value
            let after = await engine.statistics
            #expect(after.requests.active == 0)
            #expect(after.endpoints.map(\.outstanding) == [0])
        }
    }

    @Test func aStreamIsCountedWhenItsBodyHasArrived() async throws {
        try await withTelemetry(quickConfiguration()) { engine, _ in
            let stream = try await engine.stream(
                EngineRequest(.post, "/", body: .bytes([UInt8](repeating: 1, count: 1 << 21))))
            let during = await engine.statistics
            #expect(during.requests.active == 1)
            #expect(try await stream.body.collect(upTo: 1 << 21).count == 1 << 21)
            let after = await engine.statistics
            #expect(after.requests.succeeded == 1)
            #expect(after.latency.count == 1)
        }
    }

    @Test func eachEngineHasItsOwn() async throws {
        let handler: EmbeddedEngine.Handler = { telemetryHandler($0) }
        try await withEmbeddedEngine(handler: handler) { first in
            try await withEmbeddedEngine(handler: handler) { second in
                var configuration = quickConfiguration(retries: 3)
                configuration.socketPaths = [first.socketPath, second.socketPath]
                configuration.balancing = .roundRobin
                let endpoints = try await withEngine(configuration: configuration) { engine in
                    for _ in 0..<10 { _ = try await engine.execute(EngineRequest(.get, "/")) }
                    _ = await failure(of: EngineRequest(.get, "/lost"), engine)
                    return await engine.statistics.endpoints
                }
                #expect(endpoints.map(\.socketPath) == configuration.socketPaths)
                #expect(endpoints.map(\.succeeded) == [5, 5])
                #expect(endpoints.map(\.failed).reduce(0, +) == 1)
                #expect(endpoints.map(\.retries).reduce(0, +) == 3)
                #expect(endpoints.map(\.state) == [.healthy, .healthy])
                #expect(endpoints.allSatisfy { $0.opened > 0 })
            }
        }
    }

    @Test func withoutARequestThereIsNothing() async {
        let statistics = await Engine(configuration: .init(socketPath: "/nowhere")).statistics
        #expect(statistics.requests == RequestStatistics())
        #expect(statistics.latency.mean == .zero)
        for percentile in [0, 50, 100, -1, 200, Double.nan, .infinity] {
            #expect(statistics.latency.value(atPercentile: percentile) == .zero)
        }
    }
}
