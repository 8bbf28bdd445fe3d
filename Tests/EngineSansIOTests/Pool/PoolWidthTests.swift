import EngineSansIO
import Testing

/// How a pool finds and keeps the engine's width, in virtual time.
struct PoolWidthTests {
    private static let millisecond: Int64 = 1_000_000

    /// A closed loop of callers; answers the time it takes in all.
    private func run(
        workers: Int, callers: Int, requests: Int, limits: PoolLimits = .init(),
        service: @escaping (Int) -> Int64
    ) throws -> (client: SimulatedClient, elapsed: Int64) {
        let simulation = Simulation()
        let engine = SimulatedEngine(simulation, workers: workers)
        let client = SimulatedClient(simulation, engine, limits: limits)
        drive(client, callers: callers, requests: requests, service: service)
        let isDone = simulation.run(until: 600_000 * Self.millisecond) {
            client.endedCount == requests
        }
        try #require(isDone)
        #expect(client.broken == [])
        #expect(client.outcomes == [.completed: requests])
        return (client, simulation.now.nanoseconds)
    }

    private func drive(
        _ client: SimulatedClient, callers: Int, requests: Int,
        service: @escaping (Int) -> Int64
    ) {
        var sent = 0
        func next() {
            guard sent < requests else { return }
            sent += 1
            client.submit(service: service(sent))
        }
        client.onEnd = { _ in client.simulation.schedule(after: 5_000) { next() } }
        for _ in 0..<min(callers, requests) { next() }
    }

    @Test(arguments: [1, 2, 4, 16], [1, 2, 8, 32, 256, 1_000])
    func fastHandlersNeverStall(workers: Int, callers: Int) throws {
        let fast: (Int) -> Int64 = { _ in 150_000 }
        var exact = PoolLimits()
        exact.maximumConnections = workers
        let (_, ideal) = try run(
            workers: workers, callers: callers, requests: 960, limits: exact, service: fast)
        let (client, elapsed) = try run(
            workers: workers, callers: callers, requests: 960, service: fast)
        #expect(client.slowest < 1_000 * Self.millisecond)
        #expect(Double(elapsed) <= 1.5 * Double(ideal))
    }

    @Test(arguments: [2, 4, 16], [1, 8, 32, 256])
    func slowHandlersAreNoStarvation(workers: Int, callers: Int) throws {
        let mixed: (Int) -> Int64 = { $0 % 20 == 0 ? 200 * Self.millisecond : 150_000 }
        var exact = PoolLimits()
        exact.maximumConnections = workers
        let (_, ideal) = try run(
            workers: workers, callers: callers, requests: 960, limits: exact, service: mixed)
        let (client, elapsed) = try run(
            workers: workers, callers: callers, requests: 960, service: mixed)
        #expect(Double(elapsed) <= 1.5 * Double(ideal))
        #expect(client.machine.statistics.rescued <= client.machine.statistics.starved)
    }

    @Test func theWidthIsLearnedAndTriedAgainEverMoreRarely() throws {
        let simulation = Simulation()
        let engine = SimulatedEngine(simulation, workers: 3)
        var limits = PoolLimits()
        limits.maximumAge = .max
        let client = SimulatedClient(simulation, engine, limits: limits)
        client.requestsPerConnection = .max
        drive(client, callers: 32, requests: .max) { _ in 200_000 }
        _ = simulation.run(until: 500 * Self.millisecond) { false }
        #expect(client.machine.connectionCeiling == 3)
        let early = client.machine.statistics.starved
        #expect(early == 1)
        _ = simulation.run(until: 20_000 * Self.millisecond) { false }
        // After 1, 2, 4 and 8 seconds more, and not again before 16.
        #expect(client.machine.statistics.starved == early + 4)
        #expect(client.machine.statistics.rescued == client.machine.statistics.starved)
        #expect(client.broken == [])
    }

    @Test func aWidthThatGrowsIsFound() throws {
        let simulation = Simulation()
        let engine = SimulatedEngine(simulation, workers: 2)
        let client = SimulatedClient(simulation, engine)
        drive(client, callers: 64, requests: .max) { _ in 200_000 }
        _ = simulation.run(until: 500 * Self.millisecond) { false }
        #expect(client.machine.liveCount <= 3)
        engine.workers = 8
        _ = simulation.run(until: 8_000 * Self.millisecond) { false }
        #expect(client.mostConnections >= 8)
        #expect(client.broken == [])
    }

    @Test func aNeighbourIsNotStalled() throws {
        let simulation = Simulation()
        let engine = SimulatedEngine(simulation, workers: 2)
        let saturating = SimulatedClient(simulation, engine, seed: 1)
        drive(saturating, callers: 64, requests: .max) { _ in 200_000 }
        _ = simulation.run(until: 700 * Self.millisecond) { false }
        let neighbour = SimulatedClient(simulation, engine, seed: 2)
        drive(neighbour, callers: 4, requests: 5_000) { _ in 200_000 }
        let isDone = simulation.run(until: 60_000 * Self.millisecond) {
            neighbour.endedCount == 5_000
        }
        #expect(isDone)
        #expect(neighbour.slowest < 1_000 * Self.millisecond)
        #expect(saturating.slowest < 1_000 * Self.millisecond)
        #expect(neighbour.broken == [])
        #expect(saturating.broken == [])
    }

    @Test(arguments: [2, 4], [2, 4, 8])
    func manyClientsGetEqualTurns(workers: Int, clients: Int) {
        let simulation = Simulation()
        let engine = SimulatedEngine(simulation, workers: workers)
        engine.backlog = 64
        let crowd = (0..<clients).map {
            SimulatedClient(simulation, engine, seed: UInt64($0))
        }
        for client in crowd {
            drive(client, callers: 64, requests: .max) { _ in 15 * Self.millisecond }
        }
        _ = simulation.run(until: 20_000 * Self.millisecond) { false }
        let counts = crowd.map(\.endedCount)
        #expect(Double(counts.min() ?? 0) >= 0.6 * Double(counts.max() ?? 0), "\(counts)")
        for client in crowd { #expect(client.broken == []) }
    }

    @Test func aRescueThatANeighbourTookIsFollowedByAnother() throws {
        let simulation = Simulation()
        let engine = SimulatedEngine(simulation, workers: 2)
        var limits = PoolLimits()
        limits.maximumAge = .max
        let client = SimulatedClient(simulation, engine, limits: limits)
        client.requestsPerConnection = .max
        drive(client, callers: 16, requests: .max) { _ in Self.millisecond }
        // The first trial of more than two comes behind a neighbour that keeps its worker.
        _ = simulation.run(until: 900 * Self.millisecond) { false }
        let neighbour = try #require(engine.connect())
        engine.send(on: neighbour, service: 100_000 * Self.millisecond)
        _ = simulation.run(until: 1_500 * Self.millisecond) { false }
        #expect(client.machine.unprovenCount == 0)
        #expect(client.machine.statistics.rescued > client.machine.statistics.starved)
        #expect(client.broken == [])
    }

    @Test func idleConnectionsAreGivenBack() throws {
        let (client, _) = try run(workers: 4, callers: 8, requests: 100) { _ in 200_000 }
        let simulation = client.simulation
        _ = simulation.run(until: simulation.now.nanoseconds + 1_100 * Self.millisecond) { false }
        #expect(client.machine.liveCount == 0)
        #expect(client.machine.nextWakeUp == nil)
    }
}
