import EngineCore
import EngineSansIO
import Testing

@Suite struct DeadlineHeapTests {
    private final class Holder: DeadlineHolder {
        let name: Int
        var deadlinePosition: Int?

        init(_ name: Int) {
            self.name = name
        }
    }

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
        let holders = (0..<40).map(Holder.init)
        var heap = DeadlineHeap<Holder>()
        var model = Model()
        for _ in 0..<400 {
            let holder = holders[Int.random(in: 0..<40, using: &generator)]
            let moment = time(Int64.random(in: 0..<60, using: &generator))
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<6:
                heap.set(moment, for: holder)
                model.deadlines[holder.name] = moment
            case 6..<8:
                heap.remove(holder)
                model.deadlines[holder.name] = nil
            default:
                try popExpired(&heap, &model, now: moment)
            }
            #expect(heap.count == model.deadlines.count)
            #expect(heap.isEmpty == model.deadlines.isEmpty)
            #expect(heap.earliest == model.sorted.first ?? .distantFuture)
            #expect(holders.count { $0.deadlinePosition != nil } == heap.count)
        }
        try drain(&heap, &model)
    }

    // Equal deadlines come out in any order.
    private func popExpired(
        _ heap: inout DeadlineHeap<Holder>, _ model: inout Model, now: MonotonicTime
    ) throws {
        guard let holder = heap.popExpired(now: now) else {
            #expect(model.sorted.first.map { $0 > now } ?? true)
            return
        }
        let removed = model.deadlines.removeValue(forKey: holder.name)
        let deadline = try #require(removed)
        #expect(deadline <= now)
        #expect(model.sorted.first.map { $0 >= deadline } ?? true)
    }

    private func drain(_ heap: inout DeadlineHeap<Holder>, _ model: inout Model) throws {
        while !model.deadlines.isEmpty {
            try popExpired(&heap, &model, now: .distantFuture)
        }
        #expect(heap.popExpired(now: .distantFuture) == nil)
        #expect(heap.isEmpty)
    }

    @Test func deadlineHasComeAtItsVeryTime() {
        let holder = Holder(1)
        var heap = DeadlineHeap<Holder>()
        heap.set(time(5), for: holder)
        #expect(heap.popExpired(now: time(4)) == nil)
        #expect(heap.popExpired(now: time(5)) === holder)
        #expect(heap.earliest == .distantFuture)
    }

    @Test func newDeadlineReplacesTheOldOne() {
        let (first, second) = (Holder(1), Holder(2))
        var heap = DeadlineHeap<Holder>()
        heap.set(time(1), for: first)
        heap.set(time(3), for: second)
        heap.set(time(5), for: first)
        #expect(heap.count == 2)
        #expect(heap.earliest == time(3))
        heap.set(time(2), for: first)
        #expect(heap.earliest == time(2))
    }
}
