import EngineCore
import EngineRuntime
import TestSupport
import Testing

private enum Local {
    @TaskLocal static var value = 0
}

/// A sequence of one chunk that then waits, and ends only when it is let go, cancelled or not.
private struct Stubborn: AsyncSequence, Sendable {
    let gate = Gate()
    let journal: Journal
    let isCancelled = Flag()
    let active = Locked(0)

    struct AsyncIterator: AsyncIteratorProtocol {
        let sequence: Stubborn
        var position = 0

        mutating func next() async -> [UInt8]? {
            defer { position += 1 }
            if position == 0 {
                let others = sequence.active.withLock { count in
                    defer { count += 1 }
                    return count
                }
                sequence.journal.note(others == 0 ? "begins" : "begins beside another")
                return Array("ab".utf8)
            }
            await withTaskCancellationHandler { [sequence] in
                await sequence.gate.pass()
            } onCancel: { [sequence] in
                sequence.isCancelled.set()
            }
            sequence.active.withLock { $0 -= 1 }
            sequence.journal.note("ends")
            return nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(sequence: self) }
}

/// What happened, in order.
private final class Journal: Sendable {
    private let entries = Locked<[String]>([])

    var all: [String] { entries.withLock { $0 } }
    func note(_ entry: String) { entries.withLock { $0.append(entry) } }
}

/// The producer of a request's body as part of the task that makes the request.
@Suite(.accountsForResources) struct ProducerTests {
    private let server = HandPlayedServer()
    private let refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"

    /// Gives whatever else could happen now the time to.
    private func settle(_ engine: Engine) async {
        for _ in 0..<200 {
            _ = await engine.statistics
            await Task.yield()
        }
    }

    enum Call: CaseIterable, Sendable {
        case execute, stream

        func run(_ request: EngineRequest, on engine: Engine) async throws(EngineError) -> Int {
            switch self {
            case .execute: return try await engine.execute(request).status
            case .stream:
                let response = try await engine.stream(request)
                _ = try await response.body.collect(upTo: 100)
                return response.status
            }
        }
    }

    @Test(arguments: Call.allCases)
    func theProducerHasTheCallersContext(_ call: Call) async throws {
        struct Context: AsyncSequence, AsyncIteratorProtocol, Sendable {
            let seen: Locked<[String]>
            var isDone = false

            mutating func next() async -> [UInt8]? {
                guard !isDone else { return nil }
                isDone = true
                seen.withLock { $0 = ["\(Local.value)", "\(Task.currentPriority)"] }
                return Array("ab".utf8)
            }

            func makeAsyncIterator() -> Context { self }
        }
        try await server.run { listener, engine in
            let seen = Locked<[String]>([])
            let request = EngineRequest(.put, "/", body: .stream(Context(seen: seen), length: 2))
            // Nobody awaits the task, which would raise its priority.
            let (statuses, status) = AsyncStream.makeStream(of: Int?.self)
            Local.$value.withValue(7) {
                _ = Task(priority: .utility) {
                    status.yield(try? await call.run(request, on: engine))
                    status.finish()
                }
            }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "ab")
            try await peer.write(server.ok)
            for await status in statuses { #expect(status == 200) }
            #expect(seen.withLock { $0 } == ["7", "\(TaskPriority.utility)"])
            await peer.close()
        }
    }

    @Test(arguments: Call.allCases)
    func theProducerIsOverBeforeTheCall(_ call: Call) async throws {
        try await server.run { listener, engine in
            let journal = Journal()
            let body = Stubborn(journal: journal)
            let task = Task {
                let status = try await call.run(
                    EngineRequest(.put, "/", body: .stream(body)), on: engine)
                journal.note("returns")
                return status
            }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "ab")
            try await peer.write(refusal)
            while await engine.statistics.requests.succeeded == 0 { await Task.yield() }
            await settle(engine)
            #expect(body.isCancelled.isSet)
            await body.gate.open()
            #expect(try await task.value == 413)
            #expect(journal.all == ["begins", "ends", "returns"])
            await peer.close()
        }
    }

    @Test(arguments: Call.allCases)
    func aRetryWaitsForTheEndOfThePassBefore(_ call: Call) async throws {
        try await server.run(retries: 3) { listener, engine in
            let journal = Journal()
            let body = Stubborn(journal: journal)
            let request = EngineRequest(
                .put, "/", body: .stream(body, length: 2, isRepeatable: true))
            let task = Task { try await call.run(request, on: engine) }
            let first = try await listener.accept()
            _ = try await first.read(until: "ab")
            await first.close()
            while await engine.statistics.retries.isEmpty { await Task.yield() }
            await settle(engine)
            #expect(body.isCancelled.isSet)
            #expect(journal.all == ["begins"])
            await body.gate.open()
            let second = try await listener.accept()
            _ = try await second.read(until: "ab")
            try await second.write(server.ok)
            #expect(try await task.value == 200)
            #expect(journal.all == ["begins", "ends", "begins", "ends"])
            await second.close()
        }
    }

    @Test func theDeadlineHoldsWhileARetryWaitsForTheProducer() async throws {
        try await server.run(retries: 3) { listener, engine in
            let body = Stubborn(journal: Journal())
            let request = EngineRequest(
                .put, "/", body: .stream(body, length: 2, isRepeatable: true),
                timeout: .milliseconds(500))
            async let failed = failure(of: request, engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "ab")
            await peer.close()
            while await engine.statistics.requests.failures == 0 { await Task.yield() }
            await body.gate.open()
            let error = await failed
            #expect(error?.code == .timeout)
            #expect(
                error?.message
                    == "the timeout of 500 ms passed while waiting for the body's producer to end")
            #expect(error?.attempts.count == 1)
        }
    }

    @Test func closingEndsARequestThatWaitsForItsProducer() async throws {
        try await server.run(retries: 3) { listener, engine in
            let body = Stubborn(journal: Journal())
            let request = EngineRequest(
                .put, "/", body: .stream(body, length: 2, isRepeatable: true))
            async let failed = failure(of: request, engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "ab")
            await peer.close()
            while await engine.statistics.retries.isEmpty { await Task.yield() }
            await engine.close()
            await body.gate.open()
            #expect(await failed?.message == "the client is closed")
        }
    }
}
