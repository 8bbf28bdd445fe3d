import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Requests while engines go and come back.
@Suite(.accountsForResources) struct FailoverTests {
    private func configuration(_ paths: [String]) -> EngineConfiguration {
        var configuration = EngineConfiguration(socketPaths: paths, timeout: .seconds(20))
        configuration.backoff = Backoff(base: .milliseconds(5), maximum: .milliseconds(50))
        configuration.health.openInterval = .milliseconds(50)
        configuration.health.slowStart = .milliseconds(100)
        return configuration
    }

    @Test(arguments: LoadBalancing.allCases)
    func anEngineThatIsNotThere(balancing: LoadBalancing) async throws {
        try await withFleet(1) { fleet in
            var configuration = configuration([EmbeddedEngine.newSocketPath()] + fleet.paths)
            configuration.balancing = balancing
            configuration.retries = 0
            try await withEngine(configuration: configuration) { engine in
                // None may be repeated, and none has to be: it never reached the other engine.
                let load = await Load.run(on: engine, .post, count: 200, callers: 8)
                try #require(load.failed.isEmpty, "\(load.failed)")
                #expect(load.contradictions(with: fleet.executed, count: 200).isEmpty)
            }
        }
    }

    @Test(arguments: LoadBalancing.allCases)
    func repeatableRequestsSurvive(balancing: LoadBalancing) async throws {
        try await withFleet(3) { fleet in
            var configuration = configuration(fleet.paths)
            configuration.balancing = balancing
            let steps = Steps([
                (500, { await fleet.members[0].stop() }),
                (1_500, { try await fleet.members[0].start() }),
                (2_000, { await fleet.members[1].stop() }),
                (3_000, { try await fleet.members[1].start() }),
            ])
            await withEngine(configuration: configuration) { engine in
                let load = await Load.run(on: engine, .get, count: 4_000, callers: 24) {
                    await steps.reached($0)
                }
                #expect(load.failed.isEmpty, "\(load.failed)")
                #expect(load.succeeded.count == 4_000)
            }
            #expect(await steps.isDone)
            #expect(await steps.failures.isEmpty)
        }
    }

    @Test func whatMayNotRepeatRunsOnce() async throws {
        try await withFleet(3) { fleet in
            let steps = Steps([
                (500, { await fleet.members[0].stop() }),
                (1_000, { try await fleet.members[0].start() }),
                (1_500, { await fleet.members[1].stop() }),
                (2_000, { try await fleet.members[1].start() }),
            ])
            await withEngine(configuration: configuration(fleet.paths)) { engine in
                let load = await Load.run(on: engine, .post, count: 3_000, callers: 24) {
                    await steps.reached($0)
                }
                let contradictions = load.contradictions(with: fleet.executed, count: 3_000)
                #expect(contradictions.isEmpty, "\(contradictions)")
                // What was on its way to an engine that stops is all that can fail.
                #expect(load.failed.count <= 48)
            }
            #expect(await steps.isDone)
        }
    }

    @Test func whatWaitsForAnEngineThatDiesGoesToAnother() async throws {
        let gate = Gate()
        let hold: Fleet.Hold = { if $0.path == "/held" { await gate.pass() } }
        try await withFleet(2, hold: hold) { fleet in
            var configuration = configuration(fleet.paths)
            configuration.balancing = .failover
            configuration.maximumConnections = 1
            configuration.maximumConnectionAge = .seconds(60)
            await withEngine(configuration: configuration) { engine in
                var held = EngineRequest(.get, "/held")
                held.repeatability = .unsafe
                let first = Task { [held] in try await engine.execute(held) }
                while fleet.executed.isEmpty { await Task.yield() }
                let waiting = (0..<20).map { number in
                    Task { try await engine.execute(.init(.post, "/\(number)")).text }
                }
                while await engine.statistics.queueLength < 20 { await Task.yield() }
                await fleet.members[0].stop()
                for task in waiting { #expect(await answerer(task) == "engine-1") }
                let error = await failure { _ = try await first.value }
                #expect(error?.delivery == .consumed)
                await gate.open()
            }
        }
    }
}
