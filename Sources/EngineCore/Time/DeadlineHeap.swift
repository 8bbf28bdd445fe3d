internal import EngineSansIO

/// What a ``DeadlineHeap`` holds.
package protocol DeadlineHolder: AnyObject {
    /// Where the one heap that holds it has it; the heap's to set.
    var deadlinePosition: Int? { get set }
}

/// Deadlines and whose they are, the earliest first: a binary heap whose entries know their place.
///
/// Adding, moving and removing cost O(log n), and O(1) for a deadline later than the others; reading
/// the earliest costs O(1).
package struct DeadlineHeap<Holder: DeadlineHolder> {
    private struct Entry {
        var deadline: MonotonicTime
        let holder: Holder
    }

    private var entries: [Entry] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }

    /// The next deadline; ``MonotonicTime/distantFuture`` when there is none.
    package var earliest: MonotonicTime {
        entries.isEmpty ? .distantFuture : entries[0].deadline
    }

    /// Sets a holder's deadline; an earlier one is replaced.
    package mutating func set(_ deadline: MonotonicTime, for holder: Holder) {
        if let position = holder.deadlinePosition {
            entries[position].deadline = deadline
            settle(position)
        } else {
            let position = entries.count
            entries.append(Entry(deadline: deadline, holder: holder))
            holder.deadlinePosition = position
            siftUp(position)
        }
    }

    /// Forgets a holder; one without a deadline is no error.
    package mutating func remove(_ holder: Holder) {
        guard let position = holder.deadlinePosition else { return }
        holder.deadlinePosition = nil
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        last.holder.deadlinePosition = position
        settle(position)
    }

    /// Takes out one whose deadline has come.
    package mutating func popExpired(now: MonotonicTime) -> Holder? {
        guard earliest <= now, let holder = entries.first?.holder else { return nil }
        remove(holder)
        return holder
    }

    private mutating func settle(_ position: Int) {
        siftUp(position)
        siftDown(position)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].deadline < entries[parent].deadline else { return }
            exchange(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            let children = 2 * parent + 1
            for child in children..<max(children, min(children + 2, entries.count)) {
                if entries[child].deadline < entries[least].deadline { least = child }
            }
            guard least != parent else { return }
            exchange(parent, least)
            parent = least
        }
    }

    private mutating func exchange(_ left: Int, _ right: Int) {
        entries.swapAt(left, right)
        entries[left].holder.deadlinePosition = left
        entries[right].holder.deadlinePosition = right
    }
}
