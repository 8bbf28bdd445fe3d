import EngineSansIO
import Testing

/// Random sequences of events against what a pool promises: every request ends once, no
/// connection is leased twice, limits hold, counts agree, and a starved request is rescued.
struct PoolModelTests {
    @Test(arguments: 0..<400)
    func promisesHold(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let simulation = Simulation()
        let engine = SimulatedEngine(simulation, workers: .random(in: 1...6, using: &random))
        var limits = PoolLimits()
        limits.maximumConnections = .random(in: 1...8, using: &random)
        limits.maximumWaiters = .random(in: 4...200, using: &random)
        limits.connectRetries = .random(in: 0...8, using: &random)
        let clients = (0..<Int.random(in: 1...2, using: &random)).map {
            SimulatedClient(simulation, engine, limits: limits, seed: UInt64(seed &+ $0))
        }
        var ids: [[RequestID]] = clients.map { _ in [] }
        for _ in 0..<300 {
            let index = Int.random(in: clients.indices, using: &random)
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<10:
                let burst = Int.random(in: 1...12, using: &random)
                for _ in 0..<burst {
                    let service = Int64.random(in: 1_000...30_000_000, using: &random)
                    ids[index].append(clients[index].submit(service: service))
                }
            case 10..<13:
                if let id = ids[index].randomElement(using: &random) { clients[index].cancel(id) }
            case 13:
                engine.crash(for: .random(in: 0...300_000_000, using: &random))
            case 14:
                clients[index].repeatsLost.toggle()
            default:
                let pause = Int64.random(in: 0...200_000_000, using: &random)
                _ = simulation.run(until: simulation.now.nanoseconds + pause) { false }
            }
        }
        // Whatever is in flight ends: nothing waits for ever, starved or not.
        let limit = simulation.now.nanoseconds + 600_000_000_000
        let isDone = simulation.run(until: limit) { clients.allSatisfy { $0.pendingCount == 0 } }
        #expect(isDone)
        for (client, ids) in zip(clients, ids) {
            #expect(client.endedCount == ids.count)
            #expect(client.broken == [])
            client.shutDown()
        }
        _ = simulation.run(until: limit + 10_000_000_000) { false }
        for client in clients {
            #expect(client.machine.liveCount == 0)
            #expect(client.broken == [])
        }
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
        let wasWaiting = machine.cancel(RequestID(1))
        #expect(!wasWaiting)
        let action = machine.nextAction()
        #expect(action == nil)
    }
}
