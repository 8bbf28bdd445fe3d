import EngineCore
import EngineTesting
import Metrics
import MetricsTestKit
import TestSupport
import Testing

/// The metrics of real requests, with their dimensions.
@Suite(.accountsForResources) struct MetricsTests {
    private let metrics = TestMetrics()

    private func endpoint(_ server: EmbeddedEngine) -> [(String, String)] {
        [
            ("server.address", server.socketPath), ("network.protocol.version", "1.1"),
            ("network.transport", "unix"), ("url.scheme", "http"),
        ]
    }

    private func outcome(
        _ method: String, _ status: String, _ error: String, _ server: EmbeddedEngine
    ) -> [(String, String)] {
        [
            ("http.request.method", method), ("http.response.status_code", status),
            ("error.type", error),
        ] + endpoint(server)
    }

    private func configuration(retries: Int = 0) -> EngineConfiguration {
        var configuration = quickConfiguration(retries: retries)
        configuration.metricsFactory = metrics
        return configuration
    }

    @Test func requestsAreMeasuredByTheirOutcome() async throws {
        let isUnderWay = Gate()
        let handler: EmbeddedEngine.Handler = { request in
            if request.path == "/silent?cancelled" { await isUnderWay.open() }
            return telemetryHandler(request)
        }
        let path = try await withTelemetry(configuration(), handler: handler) { engine, server in
            for _ in 0..<3 {
                _ = try await engine.execute(EngineRequest(.post, "/", body: .text("12345")))
            }
            _ = try await engine.execute(EngineRequest(.get, "/status/404"))
            _ = try await engine.execute(EngineRequest(.init(rawValue: "BREW"), "/"))
            _ = await failure(of: EngineRequest(.get, "/lost"), engine)
            _ = await failure(
                of: EngineRequest(.get, "/silent", timeout: .milliseconds(20)), engine)
            let cancelled = Task {
                try await engine.execute(EngineRequest(.get, "/silent?cancelled"))
            }
            await isUnderWay.pass()
            cancelled.cancel()
            _ = await cancelled.result
            return server
        }
        let expected: [([(String, String)], Int)] = [
            (outcome("POST", "200", "", path), 3), (outcome("GET", "404", "404", path), 1),
            (outcome("_OTHER", "200", "", path), 1), (outcome("GET", "", "http", path), 1),
            (outcome("GET", "", "timeout", path), 1), (outcome("GET", "", "cancelled", path), 1),
        ]
        for (dimensions, count) in expected {
            let duration = try metrics.expectTimer("http.client.request.duration", dimensions)
            #expect(duration.values.count == count, "\(dimensions)")
            #expect(duration.values.allSatisfy { $0 > 0 })
            #expect(duration.displayUnit == .seconds)
        }
        let timedOut = try metrics.expectTimer("http.client.request.duration", expected[4].0)
        #expect(try #require(timedOut.lastValue) >= 20_000_000)
        let sent = try metrics.expectRecorder("http.client.request.body.size", expected[0].0)
        #expect(sent.values == [5, 5, 5])
        let received = try metrics.expectRecorder("http.client.response.body.size", expected[0].0)
        #expect(received.values == [5, 5, 5])
    }

    @Test func bodiesThatPassThroughAreMeasured() async throws {
        let size = 300_000
        let server = try await withTelemetry(configuration()) { engine, server in
            let chunks = Chunks(count: 3, size: size / 3)
            let stream = try await engine.stream(
                EngineRequest(.put, "/", body: .stream(chunks, isRepeatable: false)))
            _ = try await stream.body.collect(upTo: size)
            return server
        }
        let dimensions = outcome("PUT", "200", "", server)
        let sent = try metrics.expectRecorder("http.client.request.body.size", dimensions)
        #expect(sent.values == [Double(size)])
        let received = try metrics.expectRecorder("http.client.response.body.size", dimensions)
        #expect(received.values == [Double(size)])
    }

    @Test func levelsRiseAndFall() async throws {
        let gate = Gate()
        let held: EmbeddedEngine.Handler = { request in
            if request.path == "/held" { await gate.pass() }
            return .json("{}")
        }
        let server = try await withTelemetry(configuration(), handler: held) { engine, server in
            let slow = Task { try await engine.execute(EngineRequest(.get, "/held")) }
            let active = try level("http.client.active_requests", server)
            while active.lastValue != 1 { await Task.yield() }
            let busy = try level(
                "http.client.open_connections", server, ("http.connection.state", "active"))
            // Levels are published one after the other.
            while busy.lastValue != 1 { await Task.yield() }
            let limit = try level("engine.client.connection.limit", server)
            while limit.lastValue != 16 { await Task.yield() }
            await gate.open()
            _ = try await slow.value
            let idle = try level(
                "http.client.open_connections", server, ("http.connection.state", "idle"))
            while idle.lastValue != 1 { await Task.yield() }
            while active.lastValue != 0 || busy.lastValue != 0 { await Task.yield() }
            let healthy = try level(
                "engine.client.endpoint.state", server, ("engine.endpoint.state", "healthy"))
            while healthy.lastValue != 1 { await Task.yield() }
            return server
        }
        // A client that is closed leaves nothing behind.
        for meter in metrics.meters where !meter.label.hasPrefix("engine.loop.") {
            #expect((meter.lastValue ?? 0) == 0, "\(meter.label)")
        }
        let opened = try metrics.expectCounter(
            "engine.client.connections.opened", endpoint(server))
        #expect(opened.totalValue == 1)
        let closed = try metrics.expectCounter(
            "engine.client.connections.closed",
            [("engine.connection.close_reason", "shutdown")] + endpoint(server))
        #expect(closed.totalValue == 1)
        let lifetime = try metrics.expectTimer(
            "http.client.connection.duration", endpoint(server))
        #expect(lifetime.values.count == 1)
        let waits = try metrics.expectTimer("engine.client.queue.duration", endpoint(server))
        #expect(waits.values.count == 1)
    }

    private func level(
        _ name: String, _ server: EmbeddedEngine, _ dimension: (String, String)? = nil
    ) throws -> TestMeter {
        try metrics.expectMeter(name, (dimension.map { [$0] } ?? []) + endpoint(server))
    }

    @Test func whatGoesWrongIsCounted() async throws {
        var configuration = configuration(retries: 4)
        configuration.maximumConnections = 1
        configuration.maximumQueueLength = 0
        configuration.health.failureThreshold = 1
        let server = try await withTelemetry(configuration) { engine, server in
            _ = try await engine.execute(EngineRequest(.get, "/"))
            let silent = Task { try await engine.execute(EngineRequest(.get, "/silent")) }
            while await engine.statistics.busyConnections == 0 { await Task.yield() }
            let refused = await failure(of: EngineRequest(.get, "/"), engine)
            #expect(refused?.code == .unexpected)
            silent.cancel()
            _ = await silent.result
            _ = await failure(of: EngineRequest(.get, "/lost"), engine)
            return server
        }
        let consumed = try metrics.expectCounter(
            "engine.client.retries", [("engine.delivery", "consumed")] + endpoint(server))
        #expect(consumed.totalValue == 4)
        let shed = try metrics.expectCounter("engine.client.requests.shed", endpoint(server))
        #expect(shed.totalValue == 1)
        let openings = try metrics.expectCounter(
            "engine.client.breaker.openings", endpoint(server))
        #expect(openings.totalValue >= 1)
    }

    @Test func failuresToConnectAreCounted() async throws {
        var configuration = configuration(retries: 2)
        configuration.socketPath = "/nonexistent/socket"
        await withEngine(configuration: configuration) { engine in
            _ = await failure(of: EngineRequest(.get, "/"), engine)
        }
        #expect(metrics.counterTotal(label: "engine.client.connect.failures") == 3)
        let durations = metrics.timers(label: "http.client.request.duration")
        #expect(durations.count == 1)
        #expect(durations.first?.dimensions.contains { $0 == ("error.type", "connection") } == true)
    }

    // A Prometheus registry ends the process when two series of a metric differ in their names.
    @Test func aMetricHasTheSameDimensionsInEachSeries() async throws {
        try await withTelemetry(configuration(retries: 1)) { engine, _ in
            _ = try await engine.execute(EngineRequest(.get, "/"))
            _ = try await engine.execute(EngineRequest(.get, "/status/500"))
            _ = await failure(of: EngineRequest(.get, "/lost"), engine)
        }
        let series =
            metrics.counters.map { ($0.label, $0.dimensions.map(\.0)) }
            + metrics.meters.map { ($0.label, $0.dimensions.map(\.0)) }
            + metrics.timers.map { ($0.label, $0.dimensions.map(\.0)) }
            + metrics.recorders.map { ($0.label, $0.dimensions.map(\.0)) }
        for (label, group) in Dictionary(grouping: series, by: \.0) {
            #expect(Set(group.map(\.1)).count == 1, "\(label)")
        }
        #expect(Set(series.map(\.0)).count == 22)
    }

    @Test func clientsOfOneEngineShareItsSeries() async throws {
        try await withTelemetry(configuration()) { first, server in
            let second = Engine(configuration: first.configuration)
            for engine in [first, second] { try await engine.connect() }
            let limit = try level("engine.client.connection.limit", server)
            while limit.lastValue != 32 { await Task.yield() }
            await second.close()
            #expect(limit.lastValue == 16)
        }
    }

    @Test func anEngineThatIsNoLongerNamedHasNoLevels() async throws {
        try await withTelemetry(configuration()) { engine, server in
            _ = try await engine.execute(EngineRequest(.get, "/"))
            let limit = try level("engine.client.connection.limit", server)
            while limit.lastValue != 16 { await Task.yield() }
            var configuration = engine.configuration
            configuration.socketPath = "/nonexistent/socket"
            try await engine.reconfigure(configuration)
            while limit.lastValue != 0 { await Task.yield() }
            let idle = try level(
                "http.client.open_connections", server, ("http.connection.state", "idle"))
            while idle.lastValue ?? 0 != 0 { await Task.yield() }
        }
    }

    @Test func theTasksFactoryIsTakenWhenNoneIsNamed() async throws {
        try await withMetricsFactory(metrics) {
            try await withTelemetry(quickConfiguration()) { engine, _ in
                _ = try await engine.execute(EngineRequest(.get, "/"))
            }
        }
        #expect(metrics.timers(label: "http.client.request.duration").count == 1)
    }
}
