internal import DequeModule

/// Requests that wait for a connection: first in, first out; leaving from the middle costs O(1).
struct WaiterQueue: Sendable {
    struct Waiter: Sendable {
        var failures = 0
    }

    // Those who left keep their place until it is reached or until such places are the majority.
    private var order = Deque<RequestID>()
    private var waiters: [RequestID: Waiter] = [:]

    var count: Int { waiters.count }
    var isEmpty: Bool { waiters.isEmpty }

    func contains(_ request: RequestID) -> Bool { waiters[request] != nil }

    mutating func append(_ request: RequestID, failures: Int = 0) {
        order.append(request)
        waiters[request] = Waiter(failures: failures)
    }

    mutating func prepend(_ request: RequestID, failures: Int = 0) {
        order.prepend(request)
        waiters[request] = Waiter(failures: failures)
    }

    mutating func popFirst() -> RequestID? {
        while let request = order.popFirst() {
            if waiters.removeValue(forKey: request) != nil { return request }
        }
        return nil
    }

    /// Whether the request was waiting.
    mutating func remove(_ request: RequestID) -> Bool {
        guard waiters.removeValue(forKey: request) != nil else { return false }
        if order.count > 32, order.count > 2 * waiters.count {
            let waiters = waiters
            order.removeAll { waiters[$0] == nil }
        }
        return true
    }

    /// Counts a failure against every waiter; answers those who have had more than `limit`.
    mutating func countFailure(limit: Int) -> [RequestID] {
        var exhausted: [RequestID] = []
        for request in order {
            guard var waiter = waiters[request] else { continue }
            waiter.failures += 1
            waiters[request] = waiter
            if waiter.failures > limit { exhausted.append(request) }
        }
        for request in exhausted { _ = remove(request) }
        return exhausted
    }

    mutating func removeAll() -> [RequestID] {
        removeAllWithFailures().map(\.request)
    }

    mutating func removeAllWithFailures() -> [(request: RequestID, failures: Int)] {
        // A request that left and came again has two places, of which the first counts.
        let all = order.compactMap { request in
            waiters.removeValue(forKey: request).map { (request, $0.failures) }
        }
        order.removeAll()
        return all
    }
}
