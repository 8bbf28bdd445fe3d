import EngineCore
import EngineTesting
import InMemoryLogging
import Logging
import MetricsTestKit
import TestSupport
import Testing

/// What a client tells of a loop that is held up.
@Suite(.accountsForResources) struct LoopLagTests {
    @Test func aLoopThatIsHeldUpIsLoggedAndCounted() async throws {
        let metrics = TestMetrics()
        let handler = InMemoryLogHandler()
        var loopConfiguration = EngineLoop.Configuration()
        loopConfiguration.name = "held-up"
        loopConfiguration.lagThreshold = .milliseconds(20)
        let loop = EngineLoop(configuration: loopConfiguration)
        let empty: EmbeddedEngine.Handler = { _ in .json("{}") }
        try await withEmbeddedEngine(handler: empty) { server in
            var configuration = quickConfiguration()
            configuration.socketPath = server.socketPath
            configuration.metricsFactory = metrics
            configuration.logger = Logger(label: "test") { _ in handler }
            try await withEngine(configuration: configuration, loop: loop) { engine in
                try await engine.runOnLoop {
                    let end = ContinuousClock.now.advanced(by: .milliseconds(40))
                    while ContinuousClock.now < end {}
                }
                let name = [("engine.loop.name", "held-up")]
                while metrics.meters(label: "engine.loop.turns.late").first?.lastValue ?? 0 == 0 {
                    _ = try await engine.execute(EngineRequest(.get, "/"))
                }
                let longest = try metrics.expectMeter("engine.loop.lag.maximum", name)
                #expect(longest.lastValue ?? 0 >= 0.03)
                let busy = try metrics.expectMeter("engine.loop.busy.time", name)
                #expect(busy.lastValue ?? 0 >= 0.03)
                let turns = try metrics.expectMeter("engine.loop.turns", name)
                #expect(turns.lastValue ?? 0 > 0)
            }
        }
        await loop.shutdown()
        let entry = try #require(handler.entries.first { $0.level == .warning })
        #expect(entry.message == "loop was kept from its sockets")
        #expect(entry.metadata["engine.loop.turns.late"] != nil)
        let lag = entry.metadata["engine.loop.lag.maximum_ms"].flatMap { Double("\($0)") }
        #expect(lag ?? 0 >= 30)
    }
}
