import EngineCore
import EngineModules
import EngineTesting
import TestSupport
import Testing

/// A sink whose engine goes and comes back.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct EventSinkFaultTests {
    private static let perSource = 3_000
    private static let agents = ["a", "b", "c"]

    @Test(arguments: EventGuarantee.allCases, 0..<3)
    func restartsUnderLoad(guarantee: EventGuarantee, round: Int) async throws {
        let run = SinkRun {
            $0.guarantee = guarantee
            $0.maximumBatchCount = 20
            $0.linger = .zero
            $0.maximumPendingSize = 20_000
        }
        let statistics = try await run.run { sink in
            let producers = Task {
                try await withThrowingTaskGroup { group in
                    for agent in Self.agents {
                        group.addTask {
                            let source = try sink.source(EventHeader(agentID: agent))
                            for number in 0..<Self.perSource {
                                try await source.append(SinkRun.event(number))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            for restart in 1...10 {
                let server = try await run.startEngine()
                // Stopped amid the load: what is on its way then may or may not have arrived.
                while run.endpoint.counts.total < restart * 500 { await Task.yield() }
                await server.stop()
            }
            let server = try await run.startEngine()
            try await producers.value
            try await sink.flush()
            await server.stop()
        }
        #expect(statistics.addsUp)
        #expect(statistics.accepted == Self.agents.count * Self.perSource)
        #expect(run.failedEvents.count == statistics.failed)
        for agent in Self.agents { check(run, agent, guarantee) }
        if guarantee == .atLeastOnce { #expect(statistics.failed == 0) }
        let received = run.endpoint.counts.total
        #expect(received >= statistics.delivered)
        if guarantee == .atMostOnce { #expect(received <= statistics.accepted) }
    }

    private func check(_ run: SinkRun, _ agent: String, _ guarantee: EventGuarantee) {
        let events = run.endpoint.events(of: agent)
        var seen: Set<[UInt8]> = []
        let first = events.filter { seen.insert($0).inserted }
        let all = (0..<Self.perSource).map(SinkRun.event)
        // In order, each where it came first.
        #expect(first == all.filter { seen.contains($0) })
        switch guarantee {
        case .atMostOnce: #expect(first.count == events.count)
        case .atLeastOnce: #expect(first == all)
        }
    }

    @Test func aLostAnswerIsAFailureAtMostOnce() async throws {
        let (run, statistics) = try await loseAnswers(.atMostOnce)
        #expect(statistics.failed > 0)
        #expect(statistics.repeats == 0)
        #expect(run.endpoint.events(of: "001") == (0..<100).map(SinkRun.event))
        let deliveries = Set(run.failures.withLock { $0.map(\.delivery) })
        #expect(deliveries.isSubset(of: [.consumed, .unknown]))
    }

    @Test func aLostAnswerIsRepeatedAtLeastOnce() async throws {
        let (run, statistics) = try await loseAnswers(.atLeastOnce)
        #expect(statistics.delivered == 100)
        #expect(run.failedEvents == [])
        #expect(run.endpoint.counts.total > 100)
        var seen: Set<[UInt8]> = []
        let first = run.endpoint.events(of: "001").filter { seen.insert($0).inserted }
        #expect(first == (0..<100).map(SinkRun.event))
    }

    /// Takes every batch, and loses every other answer.
    private func loseAnswers(
        _ guarantee: EventGuarantee
    ) async throws -> (SinkRun, EventSinkStatistics) {
        let run = SinkRun {
            $0.guarantee = guarantee
            $0.maximumBatchCount = 10
        }
        let requests = Locked(0)
        let server = try await run.startEngine { [endpoint = run.endpoint] request in
            let response = await endpoint.answer(request)
            let isLost = requests.withLock { requests in
                requests += 1
                return requests.isMultiple(of: 2)
            }
            return isLost ? .failing(.reset) : response
        }
        let statistics = try await run.run { sink in
            let source = try sink.source(EventHeader(agentID: "001"))
            for number in 0..<100 { try await source.append(SinkRun.event(number)) }
        }
        await server.stop()
        #expect(statistics.addsUp)
        #expect(statistics.accepted == 100)
        return (run, statistics)
    }

    @Test func closingHasALimit() async throws {
        let run = SinkRun {
            $0.shutdownTimeout = .milliseconds(20)
            $0.maximumBatchCount = 10
            $0.guarantee = .atLeastOnce
        }
        let server = try await run.startEngine { _ in .failing(.neverAnswer) }
        let statistics = try await run.run { sink in
            let source = try sink.source(EventHeader(agentID: "001"))
            for number in 0..<100 { #expect(source.offer(SinkRun.event(number)) == .accepted) }
        }
        await server.stop()
        #expect(statistics.addsUp)
        #expect(statistics.failed == 100)
        #expect(Set(run.failedEvents).count == 100)
    }

    @Test func closingWhileEventsAreAdded() async throws {
        let run = SinkRun { $0.maximumBatchCount = 10 }
        let server = try await run.startEngine()
        let taken = Locked(0)
        let statistics = try await run.run { sink in
            try await withThrowingTaskGroup { group in
                for agent in Self.agents {
                    let source = try sink.source(EventHeader(agentID: agent))
                    group.addTask {
                        while source.offer("event") != .closed {
                            if Task.isCancelled { return }
                            await Task.yield()
                        }
                    }
                }
                while run.endpoint.counts.total < 100 { await Task.yield() }
                await sink.close()
                taken.withLock { $0 = sink.statistics.accepted }
                try await group.waitForAll()
            }
        }
        await server.stop()
        #expect(statistics.addsUp)
        #expect(statistics.accepted == taken.withLock { $0 })
        #expect(statistics.delivered == run.endpoint.counts.total)
        #expect(statistics.failed == 0)
    }
}
