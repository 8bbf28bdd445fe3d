import EngineCore
import EngineTesting
import TestSupport
import Testing

/// A configuration that changes while requests run.
@Suite(.accountsForResources) struct ReconfigurationTests {
    @Test(arguments: [HTTPMethod.get, .post])
    func noRequestIsLost(method: HTTPMethod) async throws {
        try await withFleet(3) { fleet in
            let first = EngineConfiguration(socketPaths: Array(fleet.paths[..<1]))
            await withEngine(configuration: first) { engine in
                @Sendable func changed(
                    _ change: (inout EngineConfiguration) -> Void
                ) async throws(EngineError) {
                    var configuration = engine.configuration
                    change(&configuration)
                    try await engine.reconfigure(configuration)
                }
                let steps = Steps([
                    (300, { try await changed { $0.socketPaths = fleet.paths } }),
                    (600, { try await changed { $0.maximumConnections = 2 } }),
                    (900, { try await changed { $0.socketPaths = [fleet.paths[2]] } }),
                    (1_200, { try await changed { $0.maximumConnections = 8 } }),
                    (1_500, { try await changed { $0.limits.bodySize = 1_000 } }),
                    (1_800, { try await changed { $0.phaseTimeouts.firstByte = .seconds(30) } }),
                    (
                        2_100,
                        {
                            try await changed {
                                $0.socketPaths = fleet.paths.reversed()
                                $0.balancing = .roundRobin
                                $0.timeout = .seconds(30)
                                $0.retries = 1
                            }
                        }
                    ),
                ])
                let load = await Load.run(on: engine, method, count: 3_000, callers: 32) {
                    await steps.reached($0)
                }
                #expect(load.failed.isEmpty, "\(load.failed)")
                let contradictions = load.contradictions(with: fleet.executed, count: 3_000)
                #expect(contradictions.isEmpty, "\(contradictions)")
                #expect(await steps.isDone)
                #expect(await steps.failures.isEmpty)
                #expect(engine.configuration.retries == 1)
                let statistics = await engine.statistics
                #expect(statistics.closed[.replaced, default: 0] > 0)
            }
            #expect(fleet.members.allSatisfy { !$0.executed.isEmpty })
        }
    }

    @Test func whatWaitsGoesToTheEngineThatIsLeft() async throws {
        let gate = Gate()
        let hold: Fleet.Hold = { if $0.path == "/held" { await gate.pass() } }
        try await withFleet(2, hold: hold) { fleet in
            var configuration = EngineConfiguration(socketPath: fleet.paths[0])
            configuration.maximumConnections = 1
            configuration.maximumConnectionAge = .seconds(60)
            try await withEngine(configuration: configuration) { engine in
                let held = Task { try await engine.execute(.init(.get, "/held")).text }
                while fleet.executed.isEmpty { await Task.yield() }
                let waiting = (0..<20).map { number in
                    Task { try await engine.execute(.init(.post, "/\(number)")).text }
                }
                while await engine.statistics.queueLength < 20 { await Task.yield() }
                configuration.socketPath = fleet.paths[1]
                try await engine.reconfigure(configuration)
                for task in waiting { #expect(await answerer(task) == "engine-1") }
                #expect(await engine.statistics.connections == 2)
                await gate.open()
                // What was on its way ends where it was.
                #expect(await answerer(held) == "engine-0")
                while await engine.statistics.connections > 1 { await Task.yield() }
                // Counters go on with an engine that is gone.
                #expect(await engine.statistics.opened == 2)
            }
        }
    }

    @Test func timeoutsChange() async throws {
        let gate = Gate()
        let hold: Fleet.Hold = { _ in await gate.pass() }
        try await withFleet(1, hold: hold) { fleet in
            var configuration = EngineConfiguration(socketPaths: fleet.paths)
            try await withEngine(configuration: configuration) { engine in
                configuration.timeout = .milliseconds(1)
                try await engine.reconfigure(configuration)
                let error = await failure {
                    _ = try await engine.execute(.init(.get, "/"))
                }
                #expect(error?.code == .timeout)
                await gate.open()
            }
        }
    }

    private static let bad: [@Sendable (inout EngineConfiguration) -> Void] = [
        { $0.socketPaths = [] },
        { $0.socketPaths.append($0.socketPath) },
        { $0.socketPaths.append("unix:" + $0.socketPath) },
        { $0.socketPaths.append("http://somewhere") },
        { $0.socketPaths.append(String(repeating: "x", count: 200)) },
        { $0.retries = -1 },
        { $0.timeout = .zero },
        { $0.maximumConnections = 0 },
        { $0.maximumQueueLength = -1 },
        { $0.limits.headSize = 0 },
        { $0.limits.fieldCount = 0 },
        { $0.limits.bodySize = -1 },
        { $0.phaseTimeouts.writing = .seconds(-1) },
        { $0.backoff.maximum = .milliseconds(1) },
        { $0.healthCheck = HealthCheck(EngineRequest(.post, "/")) },
        { $0.healthCheck = HealthCheck(EngineRequest(.get, "/"), interval: .zero) },
        { $0.expectedPeer = ExpectedPeer(user: .named("nobody-has-this-name")) },
    ]

    @Test(arguments: bad.indices)
    func aBadOneChangesNothing(number: Int) async throws {
        try await withFleet(1) { fleet in
            await withEngine(configuration: .init(socketPaths: fleet.paths)) { engine in
                var configuration = engine.configuration
                configuration.timeout = .seconds(77)
                Self.bad[number](&configuration)
                let error = await failure {
                    try await engine.reconfigure(configuration)
                }
                #expect(error?.delivery == .neverSent)
                #expect(engine.configuration.timeout == .seconds(5))
                #expect(engine.configuration.socketPaths == fleet.paths)
                #expect(await answerer(of: engine) == "engine-0")
            }
        }
    }

    @Test func aGoodOneRepairsAClient() async throws {
        try await withFleet(1) { fleet in
            try await withEngine(configuration: .init(socketPath: "")) { engine in
                #expect(await failure { _ = try await engine.execute(.init(.get, "/")) } != nil)
                try await engine.reconfigure(.init(socketPaths: fleet.paths))
                #expect(await answerer(of: engine) == "engine-0")
            }
        }
    }

    @Test func aClosedClientStaysClosed() async throws {
        let engine = Engine(configuration: .init(socketPath: "/nowhere"))
        await engine.close()
        let error = await failure {
            try await engine.reconfigure(.init(socketPath: "/elsewhere"))
        }
        #expect(error?.message == "the client is closed")
        #expect(engine.configuration.socketPath == "/nowhere")
    }
}
