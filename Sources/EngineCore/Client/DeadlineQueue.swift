internal import EngineSansIO

/// An object with a deadline, for one ``DeadlineQueue``.
protocol DeadlineHolder: AnyObject {
    /// Its deadline; `distantFuture` for none.
    var deadline: MonotonicTime { get }
    /// Where the heap has it and under which deadline; the heap's to set.
    var queueEntry: DeadlineQueueEntry { get set }
}

/// The place of a ``DeadlineHolder`` in its heap.
struct DeadlineQueueEntry {
    /// -1 outside of the heap.
    fileprivate(set) var position = -1
    /// Its deadline or an earlier one.
    fileprivate(set) var deadline = MonotonicTime.distantFuture

    fileprivate var isAbsent: Bool { position < 0 }
}

/// Objects by their deadlines, the earliest first: a binary heap.
///
/// Most deadlines only move away, and an exchange's object is mostly used again: a later deadline
/// leaves the heap as it is, and is looked at when the earlier one has come. So a request costs no
/// operation here. Adding and removing cost O(log n).
struct DeadlineQueue<Holder: DeadlineHolder>: ~Copyable {

    private var holders: [Holder] = []

    var count: Int { holders.count }

    /// When to look for a deadline that has come: early, or exact, never late.
    var earliest: MonotonicTime { holders.first?.queueEntry.deadline ?? .distantFuture }

    /// Adopts a deadline.
    ///
    /// - Returns: Whether it is earlier than the one known before.
    @discardableResult
    mutating func update(_ holder: Holder) -> Bool {
        let deadline = holder.deadline
        guard deadline < holder.queueEntry.deadline else { return false }
        holder.queueEntry.deadline = deadline
        if holder.queueEntry.isAbsent {
            holder.queueEntry.position = holders.count
            holders.append(holder)
        }
        siftUp(holder.queueEntry.position)
        return true
    }

    /// Removes an object, if it is there.
    mutating func remove(_ holder: Holder) {
        let position = holder.queueEntry.position
        guard !holder.queueEntry.isAbsent else { return }
        holder.queueEntry = DeadlineQueueEntry()
        let last = holders.removeLast()
        guard last !== holder else { return }
        place(last, at: position)
        siftUp(position)
        siftDown(last.queueEntry.position)
    }

    /// Removes one object whose deadline has come.
    mutating func popExpired(now: MonotonicTime) -> Holder? {
        while let holder = holders.first, holder.queueEntry.deadline <= now {
            let deadline = holder.deadline
            if deadline > now, deadline < .distantFuture {
                holder.queueEntry.deadline = deadline
                siftDown(0)
                continue
            }
            remove(holder)
            if deadline <= now { return holder }
        }
        return nil
    }

    private mutating func place(_ holder: Holder, at position: Int) {
        holders[position] = holder
        holder.queueEntry.position = position
    }

    private mutating func siftUp(_ start: Int) {
        let holder = holders[start]
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard holder.queueEntry.deadline < holders[parent].queueEntry.deadline else { break }
            place(holders[parent], at: child)
            child = parent
        }
        place(holder, at: child)
    }

    private mutating func siftDown(_ start: Int) {
        let holder = holders[start]
        var parent = start
        while true {
            var least = 2 * parent + 1
            guard least < holders.count else { break }
            let right = least + 1
            if right < holders.count,
                holders[right].queueEntry.deadline < holders[least].queueEntry.deadline
            {
                least = right
            }
            guard holders[least].queueEntry.deadline < holder.queueEntry.deadline else { break }
            place(holders[least], at: parent)
            parent = least
        }
        place(holder, at: parent)
    }
}
