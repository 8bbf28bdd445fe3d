/// A request as the machines know it.
package struct RequestID: Hashable, Sendable {
    package let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }
}

/// A connection as the machines know it: a place in a table, and how often the place was taken.
package struct ConnectionID: Hashable, Sendable {
    package let index: Int
    package let generation: UInt64

    package init(index: Int, generation: UInt64) {
        self.index = index
        self.generation = generation
    }
}
