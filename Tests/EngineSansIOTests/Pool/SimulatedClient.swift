import EngineSansIO

/// Carries out a pool's actions against a ``SimulatedEngine``, and checks its promises as it goes.
final class SimulatedClient {
    enum Outcome: Hashable {
        case completed
        case failed(PoolFailure)
        case cancelled
        case lost
    }

    private struct Request {
        /// Nil when only a connection is wanted.
        let service: Int64?
        let submitted: MonotonicTime
        var connection: ConnectionID?
        var retries = 0
    }

    /// A first request that the engine had no worker for.
    private struct UnreadRequest {
        let connection: ConnectionID
        let since: MonotonicTime
        /// When it was sent, or a proven connection given up since.
        var lastTurn: MonotonicTime
        /// From then to when a proven connection may next be given up for it.
        var patience: Int64
    }

    var machine: PoolMachine
    let simulation: Simulation
    let engine: SimulatedEngine
    /// Whether requests that were lost are tried again.
    var repeatsLost = true
    /// Responses after which the engine ends a connection.
    var requestsPerConnection = 100
    /// Whether nobody else uses the engine: a worker that is given up then has one place to go.
    var isAlone = false
    var onEnd: ((Outcome) -> Void)?

    private(set) var outcomes: [Outcome: Int] = [:]
    private(set) var slowest: Int64 = 0
    private(set) var broken: [String] = []
    private(set) var mostConnections = 0

    private var requests: [PoolWaiter: Request] = [:]
    private var connections: [ConnectionID: SimulatedEngine.Connection] = [:]
    private var leases: [ConnectionID: PoolWaiter] = [:]
    private var wakeUp = MonotonicTime.distantFuture
    private var unread: UnreadRequest?
    private var lastResponse = MonotonicTime(nanoseconds: .min)
    private var watchedDeadline: MonotonicTime?
    private var isPerforming = false
    private var leftOver = 0
    private var clockOffset: Int64 = 0
    private var isClockSteady = true

    init(
        _ simulation: Simulation, _ engine: SimulatedEngine, limits: PoolLimits = .init(),
        seed: UInt64 = 1
    ) {
        self.simulation = simulation
        self.engine = engine
        machine = PoolMachine(limits: limits, generator: SplitMix64(seed: seed))
    }

    var pendingCount: Int { requests.count }
    var endedCount: Int { outcomes.values.reduce(0, +) }
    private var now: MonotonicTime { simulation.now }
    /// What the machine takes the time to be.
    private var clock: MonotonicTime { now.advanced(by: clockOffset) }

    @discardableResult
    func submit(service: Int64?) -> PoolWaiter {
        let id = PoolWaiter()
        requests[id] = Request(service: service, submitted: now)
        machine.enqueue(id, now: clock)
        perform()
        return id
    }

    func cancel(_ id: PoolWaiter) {
        guard let request = requests[id] else { return }
        if let connection = request.connection {
            end(id, .cancelled)
            leases[connection] = nil
            machine.released(connection, .broken, now: clock)
        } else {
            check(machine.cancel(id), "a waiting request was not known")
            end(id, .cancelled)
        }
        perform()
    }

    func shutDown() {
        machine.shutDown()
        for (connection, id) in leases {
            end(id, .failed(.shutdown))
            machine.released(connection, .broken, now: clock)
        }
        leases = [:]
        perform()
    }

    /// Goes on under other limits.
    func reconfigure(_ limits: PoolLimits, replacesConnections: Bool) {
        let busy = machine.liveCount - machine.idleCount
        machine.reconfigure(limits, now: clock)
        if replacesConnections { machine.replaceConnections() }
        leftOver = max(leftOver, busy)
        perform()
    }

    /// Gives up all who wait, as if they went to another engine, and takes them back.
    func relocate() {
        let waiters = machine.takeWaiters()
        check(machine.waiterCount == 0, "somebody was left waiting")
        check(
            waiters.allSatisfy {
                requests[$0] != nil && requests[$0]?.connection == nil
            },
            "somebody was taken who did not wait")
        for waiter in waiters {
            machine.adopt(waiter, failures: waiter.failures, now: clock)
        }
        perform()
    }

    /// The client's clock is set forward or back while the world goes on.
    func setClock(by nanoseconds: Int64) {
        clockOffset += nanoseconds
        // Rescues have no time any more by which they are due.
        isClockSteady = false
        wakeUp = .distantFuture
        rearm()
    }

    func check(_ condition: Bool, _ promise: String) {
        if !condition { broken.append("\(promise) at \(now.nanoseconds)") }
    }

    private func end(_ id: PoolWaiter, _ outcome: Outcome) {
        guard let request = requests.removeValue(forKey: id) else {
            return check(false, "a request ended twice")
        }
        slowest = max(slowest, now.nanoseconds(since: request.submitted))
        outcomes[outcome, default: 0] += 1
        onEnd?(outcome)
    }

    // MARK: Carrying out

    private func perform() {
        guard !isPerforming else { return }
        isPerforming = true
        while let action = machine.nextAction() { carryOut(action) }
        isPerforming = false
        // Counted once: counting is most of a run's time.
        let (live, leased) = (machine.liveCount, machine.leasedCount)
        mostConnections = max(mostConnections, live)
        // What is on its way may outlive a change that allows less.
        leftOver = min(leftOver, live)
        check(
            live <= max(machine.limits.maximumConnections, leftOver),
            "more connections than allowed")
        check(leased == leases.count, "leases counted wrong")
        check(machine.waiterCount == requests.count - leases.count, "waiters counted wrong")
        check(machine.idleCount + leased <= live, "connections counted wrong")
        watchRescue()
        rearm()
    }

    private func rearm() {
        guard let next = machine.nextWakeUp, next < wakeUp else { return }
        wakeUp = next
        simulation.schedule(after: next.nanoseconds(since: clock)) {
            guard self.wakeUp == next else { return }
            self.wakeUp = .distantFuture
            self.machine.wake(now: self.clock)
            self.perform()
        }
    }

    private func carryOut(_ action: PoolAction) {
        switch action {
        case .open(let id): open(id)
        case .close(let id): close(id)
        case .lease(let request, let id): lease(request, id)
        case .fail(let request, let failure): end(request, .failed(failure))
        case .sample(let id):
            let isUnread = connections[id].map(engine.isUnread)
            machine.sampled(id, isUnread: isUnread, now: clock)
        }
    }

    private func open(_ id: ConnectionID) {
        check(connections[id] == nil, "a connection was opened twice")
        simulation.schedule(after: 20_000) {
            if let connection = self.engine.connect() {
                self.connections[id] = connection
                connection.onResponse = { self.responded(id) }
                connection.onClose = { self.ended(id) }
                self.machine.opened(id, now: self.clock)
            } else {
                self.machine.failedToOpen(id, now: self.clock)
            }
            self.perform()
        }
    }

    private func close(_ id: ConnectionID) {
        check(leases[id] == nil, "a connection was closed under its request")
        if let connection = connections.removeValue(forKey: id) {
            if connection.busyUntil != nil { noteGivenUp() }
            engine.close(connection)
        }
        simulation.schedule(after: 10_000) {
            self.machine.closed(id, now: self.clock)
            self.perform()
        }
    }

    private func lease(_ request: PoolWaiter, _ id: ConnectionID) {
        check(leases[id] == nil, "a connection was leased twice")
        check(requests[request]?.connection == nil, "a request got two connections")
        guard let connection = connections[id], let wanted = requests[request] else {
            return check(false, "a lease without a request or a connection")
        }
        guard let service = wanted.service else {
            machine.released(id, .unused, now: clock)
            return end(request, .completed)
        }
        leases[id] = request
        requests[request]?.connection = id
        guard !connection.isClosed else {
            simulation.schedule(after: 1_000) { self.ended(id) }
            return
        }
        engine.send(on: connection, service: service)
        guard engine.isUnread(connection) else { return }
        check(starved == nil, "two connections were opened before the engine read from one")
        unread = UnreadRequest(
            connection: id, since: now, lastTurn: now,
            patience: machine.limits.starvationGrace)
    }

    private func responded(_ id: ConnectionID) {
        guard let request = leases.removeValue(forKey: id) else { return }
        lastResponse = now
        machine.responded(id, now: clock)
        let unproven = machine.sampleWanted(now: clock)
        let isUnread = unproven.flatMap { connections[$0] }.map(engine.isUnread)
        let isLast = (connections[id]?.served ?? 0) >= requestsPerConnection
        let release: PoolRelease =
            isLast
            ? .closedByPeer : .reusable(KeepAliveHint(timeout: 5, maximum: requestsPerConnection))
        machine.released(id, release, unprovenIsUnread: isUnread, now: clock)
        end(request, .completed)
        perform()
    }

    private func ended(_ id: ConnectionID) {
        guard let request = leases.removeValue(forKey: id) else {
            machine.idleEnded(id, now: clock)
            return perform()
        }
        requests[request]?.connection = nil
        machine.released(id, .broken, now: clock)
        if repeatsLost, let retries = requests[request]?.retries, retries < 5 {
            requests[request]?.retries += 1
            machine.retry(request, isFresh: true, now: clock)
        } else {
            end(request, .lost)
        }
        perform()
    }

    // MARK: Starvation

    private var starved: UnreadRequest? {
        guard let unread, leases[unread.connection] != nil,
            let connection = connections[unread.connection], !connection.isClosed,
            engine.isUnread(connection)
        else { return nil }
        return unread
    }

    /// When a proven connection has to have been given up for a request that stays unread; nil
    /// without the one or the other.
    ///
    /// The pool has to notice by its first look after the grace, or after the last turn and a wait
    /// that doubles. From then on an idle connection goes at once, and a busy one with its
    /// response: the least of the services that are left is the bound. Only after a turn that a
    /// neighbour took may an idle one stay for its idle timeout, where no response has shown since
    /// that the engine serves others.
    private var rescueDeadline: MonotonicTime? {
        guard let starved else { return nil }
        let limits = machine.limits
        let pause = max(limits.starvationGrace, limits.samplingInterval)
        let noticed = starved.lastTurn.advanced(by: starved.patience).advanced(by: pause)
        let isFirstTurn = starved.lastTurn == starved.since
        let idleTime = isFirstTurn || lastResponse > starved.lastTurn ? 0 : limits.idleTimeout
        var deadline: MonotonicTime?
        for (id, connection) in connections where !connection.isClosed {
            guard let busyUntil = connection.busyUntil else { continue }
            let end = leases[id] == nil ? busyUntil.advanced(by: idleTime) : busyUntil
            deadline = min(deadline ?? end, end)
        }
        if lastResponse >= noticed { deadline = deadline.map { min($0, lastResponse) } }
        return deadline.map { max($0, noticed) }
    }

    private func noteGivenUp() {
        // A lone client's request is read at the first turn, whose deadline so stays in force.
        guard !isAlone, let starved,
            now.nanoseconds(since: starved.since) >= machine.limits.starvationGrace
        else { return }
        unread?.lastTurn = now
        unread?.patience *= 2
    }

    private func watchRescue() {
        guard isClockSteady, let deadline = rescueDeadline, deadline != watchedDeadline else {
            return
        }
        watchedDeadline = deadline
        simulation.schedule(after: deadline.nanoseconds(since: now) + 1) {
            guard self.isClockSteady, let deadline = self.rescueDeadline, deadline < self.now else {
                return
            }
            self.check(false, "a starved request was not rescued by \(deadline.nanoseconds)")
            self.unread = nil
        }
    }
}
