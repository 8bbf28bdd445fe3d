import EngineSansIO
import Testing

/// Random sequences of events against what a pool promises: every request ends once, no
/// connection is leased twice, limits hold, counts agree, and a starved request is rescued.
struct PoolModelTests {
    private let waiter = Waiters()
    private static let millisecond: Int64 = 1_000_000
    private static let sequencesPerCase = 40

    @Test(arguments: 0..<100)
    func promisesHold(batch: Int) {
        let first = batch * Self.sequencesPerCase
        for seed in first..<first + Self.sequencesPerCase { checkSequence(seed: UInt64(seed)) }
    }

    private func randomLimits(_ random: inout SplitMix64) -> PoolLimits {
        var limits = PoolLimits()
        limits.maximumConnections = .random(in: 1...8, using: &random)
        limits.maximumWaiters = .random(in: 4...200, using: &random)
        limits.connectRetries = .random(in: 0...8, using: &random)
        limits.starvationGrace = .random(in: 1...20, using: &random) * Self.millisecond
        limits.samplingInterval = .random(in: 1...100, using: &random) * Self.millisecond / 10
        limits.idleTimeout = .random(in: 20...2_000, using: &random) * Self.millisecond
        limits.probeInterval = .random(in: 10...1_000, using: &random) * Self.millisecond
        limits.maximumProbeInterval = 4 * limits.probeInterval
        limits.maximumAge =
            Bool.random(using: &random)
            ? .max : .random(in: 50...500, using: &random) * Self.millisecond
        return limits
    }

    private func checkSequence(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let simulation = Simulation()
        let engine = SimulatedEngine(simulation, workers: .random(in: 1...6, using: &random))
        let limits = randomLimits(&random)
        let clients = (0..<Int.random(in: 1...4, using: &random)).map {
            SimulatedClient(simulation, engine, limits: limits, seed: seed &+ UInt64($0))
        }
        for client in clients {
            client.isAlone = clients.count == 1
            client.requestsPerConnection = .random(in: 1...100, using: &random)
        }
        var ids: [[PoolWaiter]] = clients.map { _ in [] }
        for _ in 0..<Int.random(in: 10...60, using: &random) {
            step(engine, clients, &ids, &random)
        }
        // Whatever is in flight ends: nothing waits for ever, starved or not.
        let limit = simulation.now.nanoseconds + 600_000 * Self.millisecond
        let isDone = simulation.run(until: limit) { clients.allSatisfy { $0.pendingCount == 0 } }
        #expect(isDone, "seed \(seed)")
        for (client, ids) in zip(clients, ids) {
            #expect(client.endedCount == ids.count, "seed \(seed)")
            client.shutDown()
        }
        _ = simulation.run(until: limit + 10_000 * Self.millisecond) { false }
        for client in clients {
            #expect(client.machine.liveCount == 0, "seed \(seed)")
            #expect(client.broken == [], "seed \(seed)")
        }
    }

    /// One random event, or a pause.
    private func step(
        _ engine: SimulatedEngine, _ clients: [SimulatedClient], _ ids: inout [[PoolWaiter]],
        _ random: inout SplitMix64
    ) {
        let simulation = engine.simulation
        let index = Int.random(in: clients.indices, using: &random)
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<10:
            let burst = Bool.random(using: &random) ? 1 : Int.random(in: 2...16, using: &random)
            let longest = [100_000, 30 * Self.millisecond][Int.random(in: 0...1, using: &random)]
            for _ in 0..<burst {
                let service = Int64.random(in: 1_000...longest, using: &random)
                ids[index].append(clients[index].submit(service: service))
            }
        case 10..<13:
            if let id = ids[index].randomElement(using: &random) { clients[index].cancel(id) }
        case 13:
            engine.crash(for: .random(in: 0...300, using: &random) * Self.millisecond)
        case 14:
            clients[index].repeatsLost.toggle()
        case 15..<17:
            ids[index].append(clients[index].submit(service: nil))
        case 17:
            clients[index].reconfigure(
                randomLimits(&random), replacesConnections: Bool.random(using: &random))
        case 18:
            clients[index].relocate()
        case 19 where Int.random(in: 0..<4, using: &random) == 0:
            // An hour in which the process was frozen, or a clock that is put right.
            let isFrozen = Bool.random(using: &random)
            clients[index].setClock(
                by: isFrozen
                    ? 3_600_000 * Self.millisecond
                    : .random(in: -1_000...1_000, using: &random) * Self.millisecond)
        default:
            let longest = [100_000, 200 * Self.millisecond][Int.random(in: 0...1, using: &random)]
            let pause = Int64.random(in: 0...longest, using: &random)
            _ = simulation.run(until: simulation.now.nanoseconds + pause) { false }
        }
    }

    @Test func aConnectionWithoutAWorkerIsUsedLast() {
        let simulation = Simulation()
        let client = SimulatedClient(simulation, SimulatedEngine(simulation, workers: 1))
        client.isAlone = true
        client.submit(service: 10 * Self.millisecond)
        _ = simulation.run(until: 10_010_000) { false }
        // The busy connection comes free while the second one is on its way, and takes this.
        client.submit(service: nil)
        _ = simulation.run(until: 50 * Self.millisecond) { false }
        #expect(client.machine.idleCount == 2)
        client.submit(service: Self.millisecond)
        _ = simulation.run(until: 52 * Self.millisecond) { false }
        #expect(client.outcomes == [.completed: 3])
        #expect(client.broken == [])
    }

    @Test func shuttingDownEndsEverything() {
        let simulation = Simulation()
        let client = SimulatedClient(simulation, SimulatedEngine(simulation, workers: 1))
        for _ in 0..<50 { client.submit(service: 1_000_000) }
        _ = simulation.run(until: 5_000_000) { false }
        client.shutDown()
        #expect(client.pendingCount == 0)
        client.submit(service: 1)
        #expect(client.endedCount == 51)
        #expect(client.broken == [])
    }

    @Test func eventsOfUnknownConnectionsAreIgnored() {
        var machine = PoolMachine(limits: .init(), generator: SplitMix64(seed: 1))
        let stranger = ConnectionID(index: 3, generation: 9)
        let now = MonotonicTime(nanoseconds: 0)
        machine.opened(stranger, now: now)
        machine.failedToOpen(stranger, now: now)
        machine.responded(stranger, now: now)
        machine.sampled(stranger, isUnread: true, now: now)
        machine.released(stranger, .broken, now: now)
        machine.idleEnded(stranger, now: now)
        machine.closed(stranger, now: now)
        machine.wake(now: now)
        let wasWaiting = machine.cancel(waiter(1))
        #expect(!wasWaiting)
        let action = machine.nextAction()
        #expect(action == nil)
    }
}
