import EngineCore
import EngineModules
import EngineTesting
import TestSupport
import Testing

/// A sink and an engine that takes what comes.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct EventSinkTests {
    @Test func deliversEachSourceInOrder() async throws {
        let run = SinkRun { $0.maximumBatchCount = 10 }
        let server = try await run.startEngine()
        let statistics = try await run.run { sink in
            await withTaskGroup { group in
                for agent in 0..<5 {
                    group.addTask {
                        guard let source = try? sink.source(EventHeader(agentID: "\(agent)"))
                        else { return }
                        for number in 0..<500 {
                            _ = try? await source.append(SinkRun.event(number))
                        }
                    }
                }
            }
        }
        await server.stop()
        #expect(statistics.delivered == 2_500)
        #expect(statistics.addsUp)
        #expect(statistics.batchesDelivered == run.endpoint.counts.batches)
        #expect(run.endpoint.counts.batches < 2_500)
        for agent in 0..<5 {
            #expect(run.endpoint.events(of: "\(agent)") == (0..<500).map(SinkRun.event))
        }
    }

    @Test func flushSendsWhatLingers() async throws {
        let run = SinkRun { $0.linger = .seconds(3_600) }
        let server = try await run.startEngine()
        let statistics = try await run.run { sink in
            let source = try sink.source(EventHeader(agentID: "001"))
            #expect(source.offer("one") == .accepted)
            try await sink.flush()
            #expect(sink.statistics.delivered == 1)
            #expect(sink.statistics.pending == 0)
            try await sink.flush()
            #expect(source.offer("two") == .accepted)
        }
        await server.stop()
        #expect(statistics.delivered == 2)
        #expect(run.endpoint.counts.batches == 2)
    }

    @Test func lingerSendsWhatNobodyFlushes() async throws {
        let (arrivals, continuation) = AsyncStream.makeStream(of: Void.self)
        let run = SinkRun { $0.linger = .milliseconds(1) }
        let server = try await run.startEngine { [endpoint = run.endpoint] request in
            defer { continuation.yield() }
            return await endpoint.answer(request)
        }
        let statistics = try await run.run { sink in
            let source = try sink.source(EventHeader(agentID: "001"))
            #expect(source.offer("one") == .accepted)
            for await _ in arrivals { break }
        }
        await server.stop()
        #expect(statistics.delivered == 1)
    }

    @Test func aSlowEngineHoldsTheProducerUp() async throws {
        let gate = Gate()
        let run = SinkRun {
            $0.maximumPendingSize = 10_000
            $0.maximumBatchSize = 1_000
        }
        let server = try await run.startEngine { [endpoint = run.endpoint] request in
            await gate.pass()
            return await endpoint.answer(request)
        }
        let statistics = try await run.run { sink in
            let source = try sink.source(EventHeader(agentID: "001"))
            var taken = 0
            while source.offer(SinkRun.event(taken)) == .accepted { taken += 1 }
            #expect(sink.statistics.pendingBytes <= 10_000)
            #expect(sink.statistics.pendingBytes > 9_900)
            #expect(sink.statistics.accepted == taken)
            #expect(sink.statistics.refused == 1)
            let first = taken
            let producer = Task {
                for number in first..<first + 1_000 {
                    try await source.append(SinkRun.event(number))
                }
            }
            await gate.open()
            try await producer.value
        }
        await server.stop()
        #expect(statistics.addsUp)
        #expect(run.endpoint.events(of: "001") == (0..<statistics.delivered).map(SinkRun.event))
        #expect(statistics.delivered > 1_000)
    }

    @Test func cancellingAWaitTakesTheEventBack() async throws {
        let run = SinkRun {
            $0.maximumPendingSize = 100
            $0.maximumBatchSize = 100
            $0.shutdownTimeout = .zero
        }
        // Nothing listens.
        let statistics = try await run.run { sink in
            let source = try sink.source(EventHeader(agentID: "001"))
            while source.offer("a long enough event") == .accepted {}
            let accepted = sink.statistics.accepted
            let waiting = Task { try await source.append("just as long an event") }
            waiting.cancel()
            let error = await #expect(throws: EngineError.self) { try await waiting.value }
            #expect(error?.code == .cancelled)
            let flushing = Task { try await sink.flush() }
            flushing.cancel()
            let flushError = await #expect(throws: EngineError.self) { try await flushing.value }
            #expect(flushError?.code == .cancelled)
            #expect(sink.statistics.accepted == accepted)
        }
        #expect(statistics.addsUp)
        #expect(statistics.failed == statistics.accepted)
        #expect(run.failedEvents.count == statistics.failed)
        let deliveries = run.failures.withLock { $0.map(\.delivery) }
        #expect(deliveries.allSatisfy { $0 == .neverSent })
    }

    @Test(arguments: [EventOverflow.dropNewest, .dropOldest])
    func dropsWhatHasNoRoom(overflow: EventOverflow) async throws {
        let gate = Gate()
        let run = SinkRun {
            $0.overflow = overflow
            $0.maximumPendingSize = 1_000
            $0.maximumBatchSize = 100
        }
        let server = try await run.startEngine { [endpoint = run.endpoint] request in
            await gate.pass()
            return await endpoint.answer(request)
        }
        let statistics = try await run.run { sink in
            let source = try sink.source(EventHeader(agentID: "001"))
            for number in 0..<1_000 {
                let admission = source.offer(SinkRun.event(number))
                #expect(admission == .accepted || admission == .dropped)
                #expect(sink.statistics.pendingBytes <= 1_000)
            }
            #expect(sink.statistics.accepted == 1_000)
            await gate.open()
        }
        await server.stop()
        #expect(statistics.addsUp)
        #expect(statistics.dropped > 900)
        let last = run.endpoint.events(of: "001").last
        let expectsLast = overflow == .dropOldest
        #expect((last == SinkRun.event(999)) == expectsLast)
    }

    @Test func aRefusedBatchIsReported() async throws {
        let run = SinkRun { $0.guarantee = .atLeastOnce }
        let server = try await run.startEngine()
        let statistics = try await run.run { sink in
            let bad = try sink.source(EventHeader(["no": "agent"]))
            let good = try sink.source(EventHeader(agentID: "001"))
            for number in 0..<10 {
                try await bad.append(SinkRun.event(number))
                try await good.append(SinkRun.event(number))
            }
        }
        await server.stop()
        #expect(statistics.addsUp)
        #expect(statistics.delivered == 10)
        #expect(statistics.failed == 10)
        #expect(run.failedEvents == (0..<10).map(SinkRun.event))
        let statuses = Set(run.failures.withLock { $0.map(\.error.httpStatus) })
        #expect(statuses == [400])
    }

    @Test func nothingIsTakenOnceClosed() async throws {
        let run = SinkRun()
        let server = try await run.startEngine()
        let statistics = try await run.run { sink in
            let source = try sink.source(EventHeader(agentID: "001"))
            #expect(source.offer([UInt8](repeating: 1, count: 300_000)) == .tooLarge)
            #expect(source.offer("one") == .accepted)
            async let first: Void = sink.close()
            async let second: Void = sink.close()
            _ = await (first, second)
            await sink.close()
            #expect(source.offer("two") == .closed)
            let error = await #expect(throws: EngineError.self) { try await source.append("three") }
            #expect(error?.code == .unexpected)
        }
        await server.stop()
        #expect(statistics.delivered == 1)
        #expect(statistics.refused == 3)
    }

    @Test func anUnusedSinkCloses() async throws {
        let statistics = try await SinkRun().run { _ in }
        #expect(statistics == EventSinkStatistics())
    }
}
