/// The connections of a pool by their places, counted by their states.
struct PoolTable {
    private var connections: [PoolConnection] = []
    /// Connections that the engine sees. Counted: looking through all for each request costs more.
    private(set) var liveCount = 0
    private(set) var connectingCount = 0
    private(set) var leasedCount = 0

    var indices: Range<Int> { connections.indices }

    subscript(index: Int) -> PoolConnection {
        _read { yield connections[index] }
        _modify { yield &connections[index] }
    }

    func id(of index: Int) -> ConnectionID {
        ConnectionID(index: index, generation: connections[index].generation)
    }

    /// The place of a connection; nil when it has been given to another since.
    func index(of connection: ConnectionID) -> Int? {
        guard connections.indices.contains(connection.index),
            connections[connection.index].generation == connection.generation
        else { return nil }
        return connection.index
    }

    /// The place of a connection in a state.
    func index(of connection: ConnectionID, _ state: PoolConnection.State) -> Int? {
        index(of: connection).flatMap { connections[$0].state == state ? $0 : nil }
    }

    mutating func setState(of index: Int, _ state: PoolConnection.State) {
        let before = connections[index].state
        liveCount += (state.isLive ? 1 : 0) - (before.isLive ? 1 : 0)
        connectingCount += (state == .connecting ? 1 : 0) - (before == .connecting ? 1 : 0)
        leasedCount += (state == .leased ? 1 : 0) - (before == .leased ? 1 : 0)
        connections[index].state = state
    }

    /// Takes a place for a connection that is to be made.
    mutating func add() -> Int {
        let index = connections.firstIndex { $0.state == .free } ?? connections.endIndex
        if index == connections.endIndex { connections.append(PoolConnection()) }
        let generation = connections[index].generation + 1
        connections[index] = PoolConnection()
        connections[index].generation = generation
        setState(of: index, .connecting)
        return index
    }

    /// Connections that the engine sees, and has read from.
    var provenCount: Int { connections.count { $0.isLive && $0.isProven } }
}
