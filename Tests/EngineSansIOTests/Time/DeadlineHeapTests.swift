import EngineSansIO
import Testing

@Suite struct DeadlineHeapTests {
    /// The same by sorting.
    private struct Model {
        var deadlines: [Int: MonotonicTime] = [:]
        var sorted: [MonotonicTime] { deadlines.values.sorted() }
    }

    private func time(_ nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds)
    }

    @Test(arguments: UInt64(0)..<20)
    func behavesLikeASortedArray(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var heap = DeadlineHeap()
        var model = Model()
        for _ in 0..<400 {
            let id = Int.random(in: 0..<40, using: &generator)
            let moment = time(Int64.random(in: 0..<60, using: &generator))
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<6:
                heap.set(moment, for: id)
                model.deadlines[id] = moment
            case 6..<8:
                heap.remove(id)
                model.deadlines[id] = nil
            default:
                try popExpired(&heap, &model, now: moment)
            }
            #expect(heap.count == model.deadlines.count)
            #expect(heap.isEmpty == model.deadlines.isEmpty)
            #expect(heap.earliest == model.sorted.first)
        }
        try drain(&heap, &model)
    }

    // Equal deadlines come out in any order.
    private func popExpired(
        _ heap: inout DeadlineHeap, _ model: inout Model, now: MonotonicTime
    ) throws {
        guard let id = heap.popExpired(now: now) else {
            #expect(model.sorted.first.map { $0 > now } ?? true)
            return
        }
        let removed = model.deadlines.removeValue(forKey: id)
        let deadline = try #require(removed)
        #expect(deadline <= now)
        #expect(model.sorted.first.map { $0 >= deadline } ?? true)
    }

    private func drain(_ heap: inout DeadlineHeap, _ model: inout Model) throws {
        while !model.deadlines.isEmpty {
            try popExpired(&heap, &model, now: .distantFuture)
        }
        #expect(heap.popExpired(now: .distantFuture) == nil)
        #expect(heap.isEmpty)
    }

    @Test func deadlineHasComeAtItsVeryTime() {
        var heap = DeadlineHeap()
        heap.set(time(5), for: 7)
        #expect(heap.popExpired(now: time(4)) == nil)
        #expect(heap.popExpired(now: time(5)) == 7)
        #expect(heap.earliest == nil)
    }

    @Test func newDeadlineReplacesTheOldOne() {
        var heap = DeadlineHeap()
        heap.set(time(1), for: 7)
        heap.set(time(3), for: 0)
        heap.set(time(5), for: 7)
        #expect(heap.count == 2)
        #expect(heap.earliest == time(3))
        heap.set(time(2), for: 7)
        #expect(heap.earliest == time(2))
    }
}
