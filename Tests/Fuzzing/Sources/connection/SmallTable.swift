/// A dictionary of a few entries that keeps the order in which they came.
struct SmallTable<Key: Equatable, Value> {
    private(set) var keys: [Key] = []
    private var entries: [Value?] = []

    var count: Int { keys.count }
    var isEmpty: Bool { keys.isEmpty }
    var values: some Sequence<Value> { entries.lazy.compactMap { $0 } }

    subscript(key: Key) -> Value? {
        get { keys.firstIndex(of: key).flatMap { entries[$0] } }
        _modify {
            let position = keys.firstIndex(of: key) ?? keys.endIndex
            if position == keys.endIndex {
                keys.append(key)
                entries.append(nil)
            }
            // Changed in place: a parser holds buffers.
            yield &entries[position]
            if entries[position] == nil {
                keys.remove(at: position)
                entries.remove(at: position)
            }
        }
    }

    /// Those entries, in order, of which something holds.
    func keys(where isMeant: (Value) -> Bool) -> [Key] {
        keys.indices.filter { entries[$0].map(isMeant) == true }.map { keys[$0] }
    }
}
