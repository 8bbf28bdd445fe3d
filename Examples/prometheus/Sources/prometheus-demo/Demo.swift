import EngineCore
import EngineTesting
import PrometheusText

/// A load on two engines, and an outage of one of them from the first third to the second.
struct Demo {
    let metrics: PrometheusMetrics
    let duration: Duration

    private static let callers = 24
    // Between a caller's requests.
    private static let pause = Duration.milliseconds(10)

    // One engine of these alone can't keep up with the callers: they wait longer.
    private func start(_ path: String, on loop: EngineLoop) async throws -> EmbeddedEngine {
        var configuration = EmbeddedEngine.Configuration.workerPool(4)
        configuration.socketPath = path
        configuration.latency = .milliseconds(5)
        configuration.recordsRequests = false
        return try await EmbeddedEngine.start(configuration, loop: loop) { _ in .json("{}") }
    }

    /// Runs it.
    ///
    /// - Returns: How many requests were answered, and how many failed.
    /// - Throws: What keeps the engines from starting.
    func run() async throws -> (answered: Int, failed: Int) {
        let paths = (0..<2).map { _ in EmbeddedEngine.newSocketPath() }
        let serverLoop = EngineLoop()
        var first = try await start(paths[0], on: serverLoop)
        let second = try await start(paths[1], on: serverLoop)
        var configuration = EngineConfiguration(socketPaths: paths)
        configuration.metricsFactory = metrics
        configuration.health.openInterval = .milliseconds(500)
        let counts = try await withEngine(configuration: configuration) { engine in
            let end = ContinuousClock.now.advanced(by: duration)
            async let counts = load(engine, until: end)
            try await Task.sleep(for: duration / 3)
            await first.stop()
            try await Task.sleep(for: duration / 3)
            first = try await start(paths[0], on: serverLoop)
            return await counts
        }
        await first.stop()
        await second.stop()
        return counts
    }

    private func load(
        _ engine: Engine, until end: ContinuousClock.Instant
    ) async -> (answered: Int, failed: Int) {
        await withTaskGroup(of: (Int, Int).self) { group in
            for _ in 0..<Self.callers {
                group.addTask {
                    var (answered, failed) = (0, 0)
                    while ContinuousClock.now < end {
                        do throws(EngineError) {
                            _ = try await engine.execute(EngineRequest(.get, "/status"))
                            answered += 1
                        } catch {
                            failed += 1
                        }
                        try? await Task.sleep(for: Self.pause)
                    }
                    return (answered, failed)
                }
            }
            return await group.reduce(into: (0, 0)) { sum, counts in
                sum.0 += counts.0
                sum.1 += counts.1
            }
        }
    }
}
