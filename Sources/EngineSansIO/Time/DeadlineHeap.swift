/// Deadlines by identifier, the earliest first: a binary heap that knows where each entry lies.
///
/// Adding, moving and removing cost O(log n); reading the earliest O(1).
package struct DeadlineHeap<ID: Hashable & Sendable>: Sendable {
    private struct Entry {
        var deadline: MonotonicTime
        let id: ID
    }

    private var entries: [Entry] = []
    private var positions: [ID: Int] = [:]

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }
    package var earliest: MonotonicTime? { entries.first?.deadline }

    /// Sets the deadline of an identifier; an earlier one is replaced.
    package mutating func set(_ deadline: MonotonicTime, for id: ID) {
        if let position = positions[id] {
            entries[position].deadline = deadline
            settle(position)
        } else {
            entries.append(Entry(deadline: deadline, id: id))
            positions[id] = entries.count - 1
            siftUp(entries.count - 1)
        }
    }

    /// Forgets an identifier; an unknown one is no error.
    package mutating func remove(_ id: ID) {
        guard let position = positions.removeValue(forKey: id) else { return }
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        positions[last.id] = position
        settle(position)
    }

    /// Takes out one identifier whose deadline has come.
    package mutating func popExpired(now: MonotonicTime) -> ID? {
        guard let first = entries.first, first.deadline <= now else { return nil }
        remove(first.id)
        return first.id
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
        positions[entries[left].id] = left
        positions[entries[right].id] = right
    }
}
