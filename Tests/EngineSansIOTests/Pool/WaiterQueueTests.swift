import Testing

@testable import EngineSansIO

@Suite struct WaiterQueueTests {
    private func queue(_ numbers: Range<UInt64>) -> WaiterQueue {
        var queue = WaiterQueue()
        for number in numbers { queue.append(RequestID(number)) }
        return queue
    }

    private func drain(_ queue: inout WaiterQueue) -> [UInt64] {
        var numbers: [UInt64] = []
        while let request = queue.popFirst() { numbers.append(request.number) }
        return numbers
    }

    @Test func firstInFirstOut() {
        var queue = queue(0..<4)
        #expect(queue.count == 4)
        #expect(drain(&queue) == [0, 1, 2, 3])
        #expect(queue.isEmpty)
        #expect(queue.popFirst() == nil)
    }

    @Test func prependedGoesFirst() {
        var queue = queue(0..<2)
        queue.prepend(RequestID(7))
        queue.prepend(RequestID(8))
        queue.append(RequestID(9))
        #expect(drain(&queue) == [8, 7, 0, 1, 9])
    }

    @Test func requestCanReturnToTheFront() {
        var queue = queue(0..<3)
        let first = queue.popFirst()
        #expect(first == RequestID(0))
        queue.prepend(RequestID(0))
        #expect(drain(&queue) == [0, 1, 2])
    }

    @Test func removalFromTheMiddle() {
        var queue = queue(0..<5)
        let removals = [2, 0, 4, 2, 9].map { queue.remove(RequestID($0)) }
        #expect(removals == [true, true, true, false, false])
        #expect(queue.count == 2)
        #expect(!queue.contains(RequestID(2)))
        #expect(queue.contains(RequestID(3)))
        #expect(drain(&queue) == [1, 3])
    }

    @Test func orderSurvivesCompaction() {
        var queue = queue(0..<200)
        for number in UInt64(0)..<200 where number % 7 != 3 {
            let wasWaiting = queue.remove(RequestID(number))
            #expect(wasWaiting)
        }
        queue.prepend(RequestID(500))
        queue.append(RequestID(501))
        let kept = (UInt64(0)..<200).filter { $0 % 7 == 3 }
        #expect(queue.count == kept.count + 2)
        #expect(drain(&queue) == [500] + kept + [501])
    }

    @Test func failuresAreCountedPerWaiter() {
        var queue = queue(0..<2)
        #expect(queue.countFailure(limit: 1).isEmpty)
        queue.append(RequestID(2))
        #expect(queue.countFailure(limit: 1) == [RequestID(0), RequestID(1)])
        #expect(queue.count == 1)
        #expect(queue.countFailure(limit: 1) == [RequestID(2)])
        #expect(queue.isEmpty)
    }

    @Test func noFailureIsAllowedUnderALimitOfZero() {
        var queue = queue(0..<3)
        _ = queue.remove(RequestID(1))
        #expect(queue.countFailure(limit: 0) == [RequestID(0), RequestID(2)])
        #expect(drain(&queue) == [])
    }

    @Test func removingAllKeepsTheOrder() {
        var queue = queue(0..<4)
        _ = queue.remove(RequestID(1))
        #expect(queue.removeAll() == [RequestID(0), RequestID(2), RequestID(3)])
        #expect(queue.isEmpty)
        #expect(queue.removeAll().isEmpty)
    }

    /// The same with an array.
    private struct Model {
        var waiters: [(request: RequestID, failures: Int)] = []

        mutating func remove(_ request: RequestID) -> Bool {
            guard let index = waiters.firstIndex(where: { $0.request == request }) else {
                return false
            }
            waiters.remove(at: index)
            return true
        }

        mutating func countFailure(limit: Int) -> [RequestID] {
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
        for number in UInt64(0)..<1_000 {
            let request = RequestID(number)
            let other = RequestID(UInt64.random(in: 0...number, using: &generator))
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
            #expect(queue.count == model.waiters.count)
            #expect(queue.contains(other) == model.waiters.contains { $0.request == other })
        }
        #expect(drain(&queue) == model.waiters.map(\.request.number))
    }
}
