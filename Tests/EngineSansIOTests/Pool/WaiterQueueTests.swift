import Testing

@testable import EngineSansIO

@Suite struct WaiterQueueTests {
    private let waiter = Waiters()

    private func queue(_ numbers: Range<Int>) -> WaiterQueue {
        var queue = WaiterQueue()
        for number in numbers { queue.append(waiter(number)) }
        return queue
    }

    private func numbers(_ waiters: [PoolWaiter]) -> [Int] {
        waiters.compactMap { waiter.number(of: $0) }
    }

    private func drain(_ queue: inout WaiterQueue) -> [Int] {
        var waiters: [PoolWaiter] = []
        while let waiter = queue.popFirst() { waiters.append(waiter) }
        return numbers(waiters)
    }

    @Test func firstInFirstOut() {
        var queue = queue(0..<4)
        let count = queue.count
        #expect(count == 4)
        let drained = drain(&queue)
        #expect(drained == [0, 1, 2, 3])
        let isEmpty = queue.isEmpty
        #expect(isEmpty)
    }

    @Test func prependedGoesFirst() {
        var queue = queue(0..<2)
        queue.prepend(waiter(7))
        queue.prepend(waiter(8))
        queue.append(waiter(9))
        let drained = drain(&queue)
        #expect(drained == [8, 7, 0, 1, 9])
    }

    @Test func requestCanReturnToTheFront() {
        var queue = queue(0..<3)
        let first = queue.popFirst()
        #expect(first == waiter(0))
        queue.prepend(waiter(0))
        let drained = drain(&queue)
        #expect(drained == [0, 1, 2])
    }

    @Test func aWaiterHasOnePlace() {
        var queue = queue(0..<3)
        queue.append(waiter(0))
        queue.prepend(waiter(2))
        let drained = drain(&queue)
        #expect(drained == [0, 1, 2])
    }

    @Test func removalFromTheMiddle() {
        var queue = queue(0..<5)
        var removals: [Bool] = []
        for number in [2, 0, 4, 2, 9] { removals.append(queue.remove(waiter(number))) }
        #expect(removals == [true, true, true, false, false])
        let (count, hasTwo, hasThree) = (
            queue.count, queue.contains(waiter(2)), queue.contains(waiter(3))
        )
        #expect(count == 2)
        #expect(!hasTwo)
        #expect(hasThree)
        let drained = drain(&queue)
        #expect(drained == [1, 3])
    }

    @Test func failuresAreCountedPerWaiter() {
        var queue = queue(0..<2)
        let first = queue.countFailure(limit: 1)
        #expect(first.isEmpty)
        queue.append(waiter(2))
        let second = queue.countFailure(limit: 1)
        #expect(numbers(second) == [0, 1])
        let third = queue.countFailure(limit: 1)
        #expect(numbers(third) == [2])
        let isEmpty = queue.isEmpty
        #expect(isEmpty)
    }

    @Test func noFailureIsAllowedUnderALimitOfZero() {
        var queue = queue(0..<3)
        _ = queue.remove(waiter(1))
        let exhausted = queue.countFailure(limit: 0)
        #expect(numbers(exhausted) == [0, 2])
        let drained = drain(&queue)
        #expect(drained == [])
    }

    @Test func removingAllKeepsTheOrder() {
        var queue = queue(0..<4)
        _ = queue.remove(waiter(1))
        let all = queue.removeAll()
        #expect(numbers(all) == [0, 2, 3])
        let rest = queue.removeAll()
        #expect(rest.isEmpty)
    }

    @Test func aQueueLeavesItsWaitersFree() {
        weak var weakWaiter: PoolWaiter?
        do {
            var queue = WaiterQueue()
            let (first, second) = (PoolWaiter(), PoolWaiter())
            queue.append(first)
            queue.append(second)
            weakWaiter = second
        }
        #expect(weakWaiter == nil)
    }

    /// The same with an array.
    private struct Model {
        var waiters: [(request: PoolWaiter, failures: Int)] = []

        mutating func remove(_ request: PoolWaiter) -> Bool {
            guard let index = waiters.firstIndex(where: { $0.request == request }) else {
                return false
            }
            waiters.remove(at: index)
            return true
        }

        mutating func countFailure(limit: Int) -> [PoolWaiter] {
            for index in waiters.indices { waiters[index].failures += 1 }
            let exhausted = waiters.filter { $0.failures > limit }.map(\.request)
            waiters.removeAll { $0.failures > limit }
            return exhausted
        }
    }

    @Test(arguments: UInt64(0)..<10)
    func behavesLikeAnArray(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var queue = WaiterQueue()
        var model = Model()
        for number in 0..<1_000 {
            let request = waiter(number)
            let other = waiter(Int.random(in: 0...number, using: &generator))
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<50:
                queue.append(request)
                model.waiters.append((request, 0))
            case 50..<55:
                queue.prepend(request)
                model.waiters.insert((request, 0), at: 0)
            case 55..<85:
                let wasWaiting = queue.remove(other)
                #expect(wasWaiting == model.remove(other))
            case 85..<99:
                let first = queue.popFirst()
                #expect(first == model.waiters.first?.request)
                model.waiters = Array(model.waiters.dropFirst())
            default:
                let exhausted = queue.countFailure(limit: 3)
                #expect(exhausted == model.countFailure(limit: 3))
            }
            let (count, hasOther) = (queue.count, queue.contains(other))
            #expect(count == model.waiters.count)
            #expect(hasOther == model.waiters.contains { $0.request == other })
        }
        let drained = drain(&queue)
        #expect(drained == numbers(model.waiters.map(\.request)))
    }
}
