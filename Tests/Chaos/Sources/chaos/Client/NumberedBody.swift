internal import Synchronization

/// The body of a numbered request, made while it is sent.
struct NumberedBody: AsyncSequence, Sendable {
    typealias Element = [UInt8]

    static let chunkSize = 32 * 1024

    /// Why a body that is to fail fails.
    struct BrokenOff: Error {}

    private let pattern: BodyPattern
    private let size: Int
    private let production: RequestPlan.Production
    private let population: Population

    /// - Parameter population: Counts the iterators that live.
    init(
        _ pattern: BodyPattern, size: Int, _ production: RequestPlan.Production,
        population: Population
    ) {
        self.pattern = pattern
        self.size = size
        self.production = production
        self.population = population
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: self, member: population.join())
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        typealias Element = [UInt8]

        fileprivate let body: NumberedBody
        fileprivate let member: Population.Member
        private var offset = 0

        fileprivate init(body: NumberedBody, member: Population.Member) {
            self.body = body
            self.member = member
        }

        mutating func next() async throws -> [UInt8]? {
            if case .slow(let milliseconds) = body.production { await pause(milliseconds) }
            var end = Swift.min(offset + NumberedBody.chunkSize, body.size)
            if case .failing(let limit) = body.production {
                guard offset < limit else { throw BrokenOff() }
                end = Swift.min(end, limit)
            }
            guard offset < end else { return nil }
            defer { offset = end }
            return body.pattern.bytes(offset..<end)
        }
    }
}

/// How many of something live: what is left at the end was leaked, or still has a task.
final class Population: Sendable {
    /// Is counted for as long as it is held.
    final class Member: Sendable {
        private let population: Population

        fileprivate init(_ population: Population) {
            self.population = population
            population.count.withLock { $0 += 1 }
        }

        deinit { population.count.withLock { $0 -= 1 } }
    }

    private let count = Mutex(0)

    var size: Int { count.withLock { $0 } }

    func join() -> Member { Member(self) }
}
