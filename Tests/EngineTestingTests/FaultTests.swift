import EngineCore
import EngineModules
import EngineTesting
import TestSupport
import Testing

/// What a user of the client sees of each fault.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct FaultTests {
    private typealias Outcome = (error: EngineError?, requests: Int)

    /// Makes a call beside an engine with these faults; counts the requests that it ran.
    private func call(
        _ rules: [FaultRule], retries: Int = 2, timeout: Duration = .seconds(5),
        _ call: (Engine) async throws(EngineError) -> Void = { engine throws(EngineError) in
            _ = try await engine.metrics.list()
        }
    ) async throws -> Outcome {
        var configuration = EmbeddedEngine.Configuration()
        configuration.faults = rules
        return try await withEmbeddedEngine(configuration) { server in
            var client = EngineConfiguration(
                socketPath: server.socketPath, retries: retries, timeout: timeout)
            client.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
            let error = await withEngine(configuration: client) { engine -> EngineError? in
                do throws(EngineError) {
                    try await call(engine)
                    return nil
                } catch {
                    return error
                }
            }
            return (error, await server.executedRequests().count)
        }
    }

    private func create(_ engine: Engine) async throws(EngineError) {
        try await engine.content.namespaces.create("a")
    }

    @Test(arguments: [
        (Fault.reset, RequestDelivery.consumed), (.truncate(at: 0), .consumed),
        // The engine answers something, which may be before it has read everything.
        (.truncate(at: 40), .unknown),
    ])
    func aLostAnswerIsAskedForAgainWhereThatIsSafe(
        _ fault: Fault, _ delivery: RequestDelivery
    ) async throws {
        let rule = FaultRule(fault, occurrence: .request(1))
        let safe = try await call([rule])
        #expect(safe.error == nil)
        #expect(safe.requests == 2)
        let unsafe = try await call([rule], create)
        #expect(unsafe.error?.code == .http)
        #expect(unsafe.error?.delivery == delivery)
        #expect(unsafe.requests == 1)
    }

    @Test func garbageIsAnError() async throws {
        let outcome = try await call([FaultRule(.garbage())], create)
        #expect(outcome.error?.code == .http)
        #expect(outcome.error?.delivery == .unknown)
        #expect(outcome.requests == 1)
    }

    @Test(arguments: [Fault.neverAnswer, .delay(.seconds(3_600))])
    func anAnswerThatDoesNotComeIsATimeout(_ fault: Fault) async throws {
        let outcome = try await call([FaultRule(fault)], timeout: .milliseconds(50))
        #expect(outcome.error?.code == .timeout)
        #expect(outcome.error?.delivery == .consumed)
        #expect(outcome.requests == 1)
    }

    @Test func whoGaveUpOnAnAnswerLeavesTheWorkerToOthers() async throws {
        var configuration = EmbeddedEngine.Configuration.workerPool(1)
        configuration.faults = [FaultRule(.neverAnswer, occurrence: .request(1))]
        try await withEmbeddedEngine(configuration) { server in
            let client = EngineConfiguration(socketPath: server.socketPath)
            try await withEngine(configuration: client) { engine in
                let error = await #expect(throws: EngineError.self) {
                    try await engine.execute(
                        EngineRequest(.get, "/status", timeout: .milliseconds(50)))
                }
                #expect(error?.code == .timeout)
                let status = try await engine.status.get()
                #expect(!status.isReady)
            }
        }
    }

    @Test func aDelayedAnswerIsOne() async throws {
        let start = ContinuousClock.now
        let outcome = try await call([FaultRule(.delay(.milliseconds(20)))])
        #expect(outcome.error == nil)
        // libuv counts whole milliseconds, and can be one early.
        #expect(ContinuousClock.now - start >= .milliseconds(18))
    }

    @Test func theStateChangesThoughTheAnswerIsLost() async throws {
        var configuration = EmbeddedEngine.Configuration()
        configuration.faults = [FaultRule(.reset)]
        try await withEmbeddedEngine(configuration) { server in
            let client = EngineConfiguration(socketPath: server.socketPath)
            let error = await #expect(throws: EngineError.self) {
                try await withEngine(configuration: client) { engine in try await create(engine) }
            }
            #expect(error?.code == .http)
            let names = await server.state { state in state.content.namespaces.keys.map { $0 } }
            #expect(names == ["a"])
        }
    }

    @Test func aConnectionThatIsClosedBetweenRequestsIsReplaced() async throws {
        let outcome = try await call([FaultRule(.closeAfter(2))]) { engine throws(EngineError) in
            for _ in 1...5 { _ = try await engine.metrics.list() }
        }
        #expect(outcome.error == nil)
        #expect(outcome.requests == 5)
    }

    @Test func aRuleForAPathLeavesTheOthersAlone() async throws {
        let rule = FaultRule(.reset, path: "/status")
        let outcome = try await call([rule], retries: 0)
        #expect(outcome.error == nil)
        let hit = try await call([rule], retries: 0) { engine throws(EngineError) in
            _ = try await engine.status.get()
        }
        #expect(hit.error?.code == .http)
    }

    @Test func aSeedDecidesWhichRequestsFail() async throws {
        func failures(seed: UInt64) async throws -> [Bool] {
            var configuration = EmbeddedEngine.Configuration()
            configuration.faults = [FaultRule(.reset, occurrence: .probability(0.5))]
            configuration.faultSeed = seed
            return try await withEmbeddedEngine(configuration) { server in
                let client = EngineConfiguration(socketPath: server.socketPath, retries: 0)
                return await withEngine(configuration: client) { engine in
                    var failures: [Bool] = []
                    for _ in 0..<32 {
                        failures.append((try? await engine.metrics.list()) == nil)
                    }
                    return failures
                }
            }
        }
        let first = try await failures(seed: 7)
        let again = try await failures(seed: 7)
        let other = try await failures(seed: 8)
        #expect(first == again)
        #expect(first != other)
        #expect(first.contains(true) && first.contains(false))
    }
}
