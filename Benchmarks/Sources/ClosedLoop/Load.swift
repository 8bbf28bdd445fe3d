import Synchronization

/// How a caller's request went wrong, by a name that counts can be kept under.
package struct RequestFailure: Error {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }
}

/// So many callers, each of which sends its next request when the last one has ended.
package struct Load: Sendable {
    package let socket: String
    package let concurrency: Int
    package let requests: Int
    /// The argument behind the number of requests, for clients that take one.
    package let option: Int?

    /// Reads `SOCKET CONCURRENCY REQUESTS [OPTION]`; nil when it is something else.
    package init?(_ arguments: [String]) {
        guard (4...5).contains(arguments.count), let concurrency = Int(arguments[2]),
            let requests = Int(arguments[3]), concurrency > 0, requests > 0
        else { return nil }
        if arguments.count == 5 {
            guard let option = Int(arguments[4]), option > 0 else { return nil }
            self.option = option
        } else {
            option = nil
        }
        socket = arguments[1]
        self.concurrency = concurrency
        self.requests = requests
    }

    /// Sends all requests, or those begun before SIGTERM came, and tells how that went.
    package func run(
        client: String, _ request: @escaping @Sendable () async throws(RequestFailure) -> Void
    ) async -> Report {
        let tickets = Tickets(requests)
        let termination = Termination { tickets.withdraw() }
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = await withTaskGroup(of: Outcome.self) { group in
            for _ in 0..<concurrency {
                group.addTask {
                    var outcome = Outcome()
                    while tickets.take() {
                        let start = clock.now
                        do throws(RequestFailure) {
                            try await request()
                        } catch {
                            outcome.errors[error.name, default: 0] += 1
                        }
                        outcome.times.append(clock.now - start)
                    }
                    return outcome
                }
            }
            return await group.reduce(into: Outcome()) { $0.add($1) }
        }
        let elapsed = clock.now - start
        termination.cancel()
        return Report(client: client, load: self, outcome: outcome, elapsed: elapsed)
    }
}

/// What one caller met, or all of them.
struct Outcome: Sendable {
    var times: [Duration] = []
    var errors: [String: Int] = [:]

    mutating func add(_ other: Outcome) {
        times += other.times
        errors.merge(other.errors, uniquingKeysWith: +)
    }
}

/// The requests that are still to be sent.
private final class Tickets: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) {
        left = Atomic(count)
    }

    func take() -> Bool {
        left.subtract(1, ordering: .relaxed).oldValue > 0
    }

    func withdraw() {
        left.store(0, ordering: .relaxed)
    }
}
