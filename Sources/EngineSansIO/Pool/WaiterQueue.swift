/// A request that may wait in a pool's queue.
package final class PoolWaiter: Hashable {
    /// What the pool's runner needs to find the request again; set while it waits.
    package var request: AnyObject?
    /// Whether it is in a queue.
    package fileprivate(set) var isWaiting = false
    /// Failures to connect that it has met.
    package fileprivate(set) var failures = 0
    fileprivate var previous: PoolWaiter?
    fileprivate var next: PoolWaiter?

    package init() {}

    package static func == (left: PoolWaiter, right: PoolWaiter) -> Bool { left === right }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Requests that wait for a connection: first in, first out. The waiters are linked, so that joining
/// and leaving anywhere cost O(1).
struct WaiterQueue: ~Copyable {
    private var first: PoolWaiter?
    private var last: PoolWaiter?
    private(set) var count = 0

    deinit {
        // Neighbors refer to each other.
        var waiter = first
        while let current = waiter {
            waiter = current.next
            current.previous = nil
            current.next = nil
            current.isWaiting = false
        }
    }

    var isEmpty: Bool { count == 0 }

    func contains(_ waiter: PoolWaiter) -> Bool { waiter.isWaiting }

    mutating func append(_ waiter: PoolWaiter, failures: Int = 0) {
        guard !waiter.isWaiting else { return }
        waiter.failures = failures
        waiter.isWaiting = true
        waiter.previous = last
        last?.next = waiter
        last = waiter
        if first == nil { first = waiter }
        count += 1
    }

    mutating func prepend(_ waiter: PoolWaiter, failures: Int = 0) {
        guard !waiter.isWaiting else { return }
        waiter.failures = failures
        waiter.isWaiting = true
        waiter.next = first
        first?.previous = waiter
        first = waiter
        if last == nil { last = waiter }
        count += 1
    }

    mutating func popFirst() -> PoolWaiter? {
        guard let waiter = first else { return nil }
        unlink(waiter)
        return waiter
    }

    /// Removes a waiter of this queue.
    ///
    /// - Returns: Whether it was waiting.
    mutating func remove(_ waiter: PoolWaiter) -> Bool {
        guard waiter.isWaiting else { return false }
        unlink(waiter)
        return true
    }

    private mutating func unlink(_ waiter: PoolWaiter) {
        if let previous = waiter.previous {
            previous.next = waiter.next
        } else {
            first = waiter.next
        }
        if let next = waiter.next {
            next.previous = waiter.previous
        } else {
            last = waiter.previous
        }
        waiter.previous = nil
        waiter.next = nil
        waiter.isWaiting = false
        count -= 1
    }

    /// Counts a failure against every waiter.
    ///
    /// - Returns: Those that have met more than `limit`, which are removed.
    mutating func countFailure(limit: Int) -> [PoolWaiter] {
        var exhausted: [PoolWaiter] = []
        var next = first
        while let waiter = next {
            next = waiter.next
            waiter.failures += 1
            guard waiter.failures > limit else { continue }
            unlink(waiter)
            exhausted.append(waiter)
        }
        return exhausted
    }

    /// Removes all, in their order.
    mutating func removeAll() -> [PoolWaiter] {
        var all: [PoolWaiter] = []
        all.reserveCapacity(count)
        while let waiter = popFirst() { all.append(waiter) }
        return all
    }

    func forEach(_ body: (PoolWaiter) -> Void) {
        var next = first
        while let waiter = next {
            next = waiter.next
            body(waiter)
        }
    }
}
