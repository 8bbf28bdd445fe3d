/// A connection as the machines know it: a place in a table, and how often the place was taken.
@usableFromInline package struct ConnectionID: Hashable, Sendable {
    @usableFromInline package let index: Int
    @usableFromInline package let generation: UInt64

    @inlinable package init(index: Int, generation: UInt64) {
        self.index = index
        self.generation = generation
    }

    @inlinable package static func == (left: ConnectionID, right: ConnectionID) -> Bool {
        left.index == right.index && left.generation == right.generation
    }
}
