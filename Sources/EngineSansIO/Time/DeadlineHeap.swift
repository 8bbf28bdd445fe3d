/// Deadlines of things that are numbered from zero on, the earliest first: a binary heap that knows
/// where each number lies.
///
/// Adding, moving and removing cost O(log n), and O(1) for a deadline later than the others; reading
/// the earliest costs O(1). Memory is that of the largest number.
package struct DeadlineHeap: Sendable {
    private struct Entry {
        var deadline: MonotonicTime
        let number: Int
    }

    private static let absent = -1

    private var entries: [Entry] = []
    private var positions: [Int] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }
    /// The next deadline; nil when there is none.
    package var earliest: MonotonicTime? { entries.first?.deadline }

    /// Sets the deadline of a number; an earlier one is replaced.
    package mutating func set(_ deadline: MonotonicTime, for number: Int) {
        while positions.count <= number { positions.append(Self.absent) }
        let position = positions[number]
        if position == Self.absent {
            entries.append(Entry(deadline: deadline, number: number))
            positions[number] = entries.count - 1
            siftUp(entries.count - 1)
        } else {
            entries[position].deadline = deadline
            settle(position)
        }
    }

    /// Forgets a number; one without a deadline is no error.
    package mutating func remove(_ number: Int) {
        guard positions.indices.contains(number), positions[number] != Self.absent else { return }
        let position = positions[number]
        positions[number] = Self.absent
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        positions[last.number] = position
        settle(position)
    }

    /// Takes out one number whose deadline has come.
    package mutating func popExpired(now: MonotonicTime) -> Int? {
        guard let first = entries.first, first.deadline <= now else { return nil }
        remove(first.number)
        return first.number
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
        positions[entries[left].number] = left
        positions[entries[right].number] = right
    }
}
