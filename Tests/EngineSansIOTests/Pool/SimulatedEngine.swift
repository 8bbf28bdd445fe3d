import EngineSansIO

/// Virtual time, and what is to happen in it.
final class Simulation {
    private struct Entry {
        let time: Int64
        let body: () -> Void
    }

    private(set) var now = MonotonicTime(nanoseconds: 0)
    // The next one last; of two at one time the first that was scheduled.
    private var entries: [Entry] = []

    func schedule(after nanoseconds: Int64, _ body: @escaping () -> Void) {
        let entry = Entry(time: now.nanoseconds + max(0, nanoseconds), body: body)
        var position = entries.endIndex
        while position > 0, entries[position - 1].time <= entry.time { position -= 1 }
        entries.insert(entry, at: position)
    }

    /// Runs what is to happen until `isDone`, a time, or the end; answers whether it was done.
    func run(until limit: Int64, isDone: () -> Bool) -> Bool {
        while !isDone() {
            guard let next = entries.last, next.time <= limit else {
                now = max(now, MonotonicTime(nanoseconds: limit))
                return false
            }
            entries.removeLast()
            now = MonotonicTime(nanoseconds: next.time)
            next.body()
        }
        return true
    }
}

/// The measured engine in virtual time: a few workers, each bound to one connection until it
/// closes, and a queue of connections that no worker has taken.
final class SimulatedEngine {
    final class Connection {
        var onResponse: (() -> Void)?
        var onClose: (() -> Void)?
        var pendingService: Int64?
        var isServed = false
        var isClosed = false
        var served = 0
        /// When the last request that was read is answered; nil before the first.
        var busyUntil: MonotonicTime?
    }

    let simulation: Simulation
    var workers: Int
    var backlog = 6
    /// Requests that were read, and so run.
    private(set) var executed = 0
    private(set) var isUp = true
    private var queue: [Connection] = []
    private var active: [Connection] = []

    init(_ simulation: Simulation, workers: Int) {
        self.simulation = simulation
        self.workers = workers
    }

    /// Nil when the engine is down or its backlog full.
    func connect() -> Connection? {
        guard isUp, queue.count < backlog else { return nil }
        let connection = Connection()
        queue.append(connection)
        accept()
        return connection
    }

    func send(on connection: Connection, service: Int64) {
        connection.pendingService = service
        if connection.isServed { serve(connection) }
    }

    func close(_ connection: Connection) {
        guard !connection.isClosed else { return }
        connection.isClosed = true
        active.removeAll { $0 === connection }
        // A connection closed by its client stays in the queue until a worker sees that.
        accept()
    }

    /// Kills the engine: every connection ends at once.
    func crash(for nanoseconds: Int64) {
        isUp = false
        let all = active + queue
        active = []
        queue = []
        for connection in all where !connection.isClosed {
            connection.isClosed = true
            connection.onClose?()
        }
        simulation.schedule(after: nanoseconds) { self.isUp = true }
    }

    func isUnread(_ connection: Connection) -> Bool { connection.pendingService != nil }

    private func accept() {
        while active.count < workers, !queue.isEmpty {
            let connection = queue.removeFirst()
            guard !connection.isClosed else { continue }
            active.append(connection)
            connection.isServed = true
            if connection.pendingService != nil { serve(connection) }
        }
    }

    private func serve(_ connection: Connection) {
        guard let service = connection.pendingService else { return }
        connection.pendingService = nil
        connection.busyUntil = simulation.now.advanced(by: service)
        executed += 1
        simulation.schedule(after: service) {
            guard !connection.isClosed else { return }
            connection.served += 1
            connection.onResponse?()
        }
    }
}
