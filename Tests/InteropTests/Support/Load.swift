import EngineCore
import Testing

/// What became of many requests.
struct Tally: Sendable {
    var expected = 0
    var unexpected: [String] = []
    var failures: [(number: Int, error: EngineError)] = []

    var total: Int { expected + unexpected.count + failures.count }

    mutating func add(_ other: Tally) {
        expected += other.expected
        unexpected += other.unexpected
        failures += other.failures
    }

    /// Asserts that each request got what it was to get.
    func expectSuccess(
        of count: Int = Load.defaultCount, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(unexpected.isEmpty, "\(unexpected.prefix(5))", sourceLocation: sourceLocation)
        #expect(failures.isEmpty, "\(failures.prefix(5))", sourceLocation: sourceLocation)
        #expect(expected == count, sourceLocation: sourceLocation)
    }
}

/// Requests in turn from several tasks.
struct Load: Sendable {
    static let defaultCount = 1_000

    var count = Self.defaultCount
    var inParallel = 16
    /// The request of a number from 0 on.
    let exchange: @Sendable (Int) -> Exchange

    init(of exchanges: [Exchange]) {
        exchange = { exchanges[$0 % exchanges.count] }
    }

    init(_ exchange: @escaping @Sendable (Int) -> Exchange) {
        self.exchange = exchange
    }

    /// Sends all of them.
    ///
    /// - Parameter onEnd: Told after each request how many have ended by then.
    func run(
        with engine: Engine, onEnd: @escaping @Sendable (Int) async throws -> Void = { _ in }
    ) async throws -> Tally {
        let progress = Progress(count: count)
        return try await withThrowingTaskGroup(of: Tally.self) { group in
            for _ in 0..<inParallel {
                group.addTask {
                    var tally = Tally()
                    while let number = await progress.next() {
                        await run(number, with: engine, into: &tally)
                        try await onEnd(await progress.ended())
                    }
                    return tally
                }
            }
            var tally = Tally()
            for try await part in group { tally.add(part) }
            return tally
        }
    }

    private func run(_ number: Int, with engine: Engine, into tally: inout Tally) async {
        let exchange = exchange(number)
        do throws(EngineError) {
            let response = try await engine.execute(exchange.request)
            if exchange.isExpected(response) {
                tally.expected += 1
            } else {
                tally.unexpected.append("\(exchange): \(response.summary)")
            }
        } catch {
            tally.failures.append((number, error))
        }
    }

    /// Sends all of them while a server is killed and started again three times.
    func run(with engine: Engine, restarting server: Server) async throws -> Tally {
        let quarter = count / 4
        return try await run(with: engine) { ended in
            if ended % quarter == 0, ended < count { try await server.restart() }
        }
    }
}

private actor Progress {
    private let count: Int
    private var started = 0
    private var endedCount = 0

    init(count: Int) {
        self.count = count
    }

    func next() -> Int? {
        guard started < count else { return nil }
        defer { started += 1 }
        return started
    }

    func ended() -> Int {
        endedCount += 1
        return endedCount
    }
}
