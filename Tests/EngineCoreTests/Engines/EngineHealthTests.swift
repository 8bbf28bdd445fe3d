import Dispatch
import EngineCore
import EngineTesting
import Synchronization
import TestSupport
import Testing

/// What a client makes of its engines.
@Suite(.accountsForResources) struct EngineHealthTests {
    private func configuration(_ paths: [String]) -> EngineConfiguration {
        var configuration = EngineConfiguration(socketPaths: paths, timeout: .seconds(20))
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(20))
        configuration.retries = 1_000
        configuration.health.failureThreshold = 2
        configuration.health.openInterval = .milliseconds(50)
        configuration.health.slowStart = .zero
        return configuration
    }

    private func wait(
        for state: EngineHealth.EndpointState, at place: Int = 0, of engine: Engine
    ) async {
        for await health in engine.healthChanges where health.endpoints[place].state == state {
            return
        }
        Issue.record("the changes ended before the engine was \(state)")
    }

    @Test func requestsTellHowItIs() async throws {
        try await withFleet(1) { fleet in
            try await withEngine(configuration: configuration(fleet.paths)) { engine in
                #expect(engine.health.state == .unknown)
                _ = try await engine.execute(.init(.get, "/"))
                #expect(engine.health.state == .healthy)
                await fleet.members[0].stop()
                async let response = engine.execute(.init(.get, "/"))
                await wait(for: .broken, of: engine)
                #expect(engine.health.state == .unhealthy)
                #expect(engine.health.endpoints[0].lastFailure != nil)
                try await fleet.members[0].start()
                _ = try await response
                // One trial at a time, each of them a request.
                while engine.health.state != .healthy {
                    _ = try await engine.execute(.init(.get, "/"))
                }
                #expect(engine.health.endpoints[0].lastFailure == nil)
            }
        }
    }

    @Test func changesEndWithTheClient() async throws {
        let engine = Engine(configuration: configuration(["/nowhere"]))
        let changes = engine.healthChanges
        let states = Task {
            var states: [EngineHealth.State] = []
            for await health in changes { states.append(health.state) }
            return states
        }
        await engine.close()
        #expect(await states.value == [.unknown])
    }

    @Test func aClientCanRejectAtOnce() async throws {
        var configuration = configuration([EmbeddedEngine.newSocketPath()])
        configuration.rejectsWhenUnhealthy = true
        configuration.health.openInterval = .seconds(600)
        configuration.retries = 100
        await withEngine(configuration: configuration) { engine in
            let first = await failure {
                _ = try await engine.execute(.init(.get, "/", timeout: .milliseconds(200)))
            }
            #expect(first?.code == .timeout || first?.code == .connection)
            #expect(engine.health.state == .unhealthy)
            let error = await failure {
                _ = try await engine.execute(.init(.get, "/"))
            }
            #expect(error?.code == .connection)
            #expect(error?.delivery == .neverSent)
            #expect(error?.isTransient == true)
            #expect(await engine.statistics.opened == 0)
        }
    }

    @Test func silenceBreaksIt() async throws {
        let gate = Gate()
        let hold: Fleet.Hold = { if $0.path == "/silent" { await gate.pass() } }
        try await withFleet(2, hold: hold) { fleet in
            var configuration = configuration(fleet.paths)
            configuration.balancing = .failover
            configuration.health.openInterval = .seconds(600)
            await withEngine(configuration: configuration) { engine in
                for _ in 0..<3 {
                    let request = EngineRequest(.get, "/silent", timeout: .milliseconds(20))
                    #expect(
                        await failure { _ = try await engine.execute(request) }?.code == .timeout)
                }
                #expect(engine.health.endpoints[0].state == .broken)
                #expect(engine.health.state == .degraded)
                #expect(await answerer(of: engine) == "engine-1")
            }
            await gate.open()
        }
    }

    @Test func oneThatIsNotReadyIsLeftAlone() async throws {
        let ready = Atomic<Bool>(true)
        try await withFleet(2) { fleet in
            var configuration = configuration(fleet.paths)
            configuration.balancing = .failover
            configuration.healthCheck = HealthCheck(
                EngineRequest(.get, "/check"), interval: .milliseconds(2)
            ) { response in
                response.text != "engine-0" || ready.load(ordering: .relaxed)
            }
            await withEngine(configuration: configuration) { engine in
                await wait(for: .healthy, of: engine)
                await wait(for: .healthy, at: 1, of: engine)
                #expect(await answerer(of: engine) == "engine-0")
                ready.store(false, ordering: .relaxed)
                await wait(for: .unready, of: engine)
                #expect(engine.health.state == .degraded)
                #expect(await answerer(of: engine) == "engine-1")
                ready.store(true, ordering: .relaxed)
                await wait(for: .healthy, of: engine)
                #expect(await answerer(of: engine) == "engine-0")
            }
        }
    }

    @Test func checksFindAnEngineThatIsBack() async throws {
        try await withFleet(1) { fleet in
            var configuration = configuration(fleet.paths)
            configuration.healthCheck = HealthCheck(
                EngineRequest(.get, "/check"), interval: .milliseconds(2),
                timeout: .milliseconds(500))
            try await withEngine(configuration: configuration) { engine in
                await wait(for: .healthy, of: engine)
                await fleet.members[0].stop()
                await wait(for: .broken, of: engine)
                try await fleet.members[0].start()
                // Nobody sends a request.
                await wait(for: .healthy, of: engine)
                configuration.healthCheck = nil
                try await engine.reconfigure(configuration)
                #expect(Set(fleet.executed) == ["/check"])
            }
        }
    }

    /// Reads a client's health whenever a task becomes ready.
    private final class Reader: TaskExecutor {
        let engine = Locked<Engine?>(nil)

        func enqueue(_ job: consuming ExecutorJob) {
            _ = engine.withLock { $0 }?.health
            let job = UnownedJob(job)
            DispatchQueue.global().async { [self] in
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            }
        }
    }

    @Test(.timeLimit(.minutes(20))) func anExecutorMayReadTheHealthThatWakesIt() async throws {
        let reader = Reader()
        try await withFleet(1) { fleet in
            try await withEngine(configuration: .init(socketPaths: fleet.paths)) { engine in
                reader.engine.withLock { $0 = engine }
                let (firsts, first) = AsyncStream.makeStream(of: Void.self)
                let watcher = Task(executorPreference: reader) {
                    for await health in engine.healthChanges {
                        first.yield()
                        if health.state == .healthy { return true }
                    }
                    return false
                }
                for await _ in firsts { break }
                _ = try await engine.execute(.init(.get, "/"))
                #expect(await watcher.value)
                reader.engine.withLock { $0 = nil }
            }
        }
    }
}
