import EngineSansIO
import Testing

@testable import EngineCore

@Suite struct DeadlineQueueTests {
    private final class Holder: DeadlineHolder {
        var deadline = MonotonicTime.distantFuture
        var queueEntry = DeadlineQueueEntry()
    }

    private func time(_ nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds)
    }

    /// Deadlines that are set, moved either way and removed, against the holders' own.
    @Test(arguments: UInt64(0)..<20)
    func expiresWhatHasCome(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var queue = DeadlineQueue<Holder>()
        let holders = (0..<40).map { _ in Holder() }
        func first() -> MonotonicTime {
            holders.map(\.deadline).min() ?? .distantFuture
        }
        for _ in 0..<1_000 {
            let holder = try #require(holders.randomElement(using: &generator))
            let moment = time(.random(in: 0..<60, using: &generator))
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<5:
                let before = queue.earliest
                holder.deadline = moment
                let isEarlier = queue.update(holder)
                #expect(isEarlier || queue.earliest == before)
            case 5..<7:
                queue.remove(holder)
                holder.deadline = .distantFuture
            case 7:
                // An end of which the heap is not told.
                holder.deadline = .distantFuture
            default:
                if let expired = queue.popExpired(now: moment) {
                    #expect(expired.deadline <= moment)
                    expired.deadline = .distantFuture
                } else {
                    #expect(first() > moment)
                }
            }
            // Early or exact, never late.
            let earliest = queue.earliest
            #expect(earliest <= first())
            #expect(queue.count <= holders.count)
        }
        var expired: [MonotonicTime] = []
        let all = holders.map(\.deadline).filter { $0 < .distantFuture }
        for now in 0..<60 as Range<Int64> {
            while let holder = queue.popExpired(now: time(now)) {
                #expect(holder.deadline == time(now))
                expired.append(holder.deadline)
                holder.deadline = .distantFuture
            }
        }
        #expect(expired == all.sorted())
        let count = queue.count
        #expect(count == 0)
    }

    @Test func aDeadlineHasComeAtItsVeryTime() {
        var queue = DeadlineQueue<Holder>()
        let holder = Holder()
        holder.deadline = time(5)
        queue.update(holder)
        let early = queue.popExpired(now: time(4))
        #expect(early == nil)
        let due = queue.popExpired(now: time(5))
        #expect(due === holder)
    }

    @Test func aDeadlineThatMovedAwayComesLater() {
        var queue = DeadlineQueue<Holder>()
        let holder = Holder()
        holder.deadline = time(1)
        queue.update(holder)
        holder.deadline = time(9)
        let isEarlier = queue.update(holder)
        #expect(!isEarlier)
        let moved = queue.popExpired(now: time(8))
        #expect(moved == nil)
        let due = queue.popExpired(now: time(9))
        #expect(due === holder)
    }
}
