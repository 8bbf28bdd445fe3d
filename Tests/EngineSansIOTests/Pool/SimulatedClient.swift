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
        let service: Int64
        let submitted: MonotonicTime
        var connection: ConnectionID?
        var retries = 0
    }

    var machine: PoolMachine
    let simulation: Simulation
    let engine: SimulatedEngine
    /// Whether requests that were lost are tried again.
    var repeatsLost = true
    /// Responses after which the engine ends a connection.
    var requestsPerConnection = 100
    var onEnd: ((Outcome) -> Void)?

    private(set) var outcomes: [Outcome: Int] = [:]
    private(set) var slowest: Int64 = 0
    private(set) var broken: [String] = []
    private(set) var mostConnections = 0

    private var requests: [RequestID: Request] = [:]
    private var connections: [ConnectionID: SimulatedEngine.Connection] = [:]
    private var leases: [ConnectionID: RequestID] = [:]
    private var lastID: UInt64 = 0
    private var wakeUp = MonotonicTime.distantFuture
    private var isPerforming = false

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

    @discardableResult
    func submit(service: Int64) -> RequestID {
        lastID += 1
        let id = RequestID(lastID)
        requests[id] = Request(service: service, submitted: now)
        machine.enqueue(id, now: now)
        perform()
        return id
    }

    func cancel(_ id: RequestID) {
        guard let request = requests[id] else { return }
        if let connection = request.connection {
            end(id, .cancelled)
            leases[connection] = nil
            machine.released(connection, .broken, now: now)
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
            machine.released(connection, .broken, now: now)
        }
        leases = [:]
        perform()
    }

    func check(_ condition: Bool, _ promise: String) {
        if !condition { broken.append("\(promise) at \(now.nanoseconds)") }
    }

    private func end(_ id: RequestID, _ outcome: Outcome) {
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
        mostConnections = max(mostConnections, machine.liveCount)
        check(
            machine.liveCount <= machine.limits.maximumConnections, "more connections than allowed")
        check(machine.leasedCount == leases.count, "leases counted wrong")
        check(machine.waiterCount == requests.count - leases.count, "waiters counted wrong")
        check(
            machine.idleCount + machine.leasedCount <= machine.liveCount,
            "connections counted wrong")
        rearm()
    }

    private func rearm() {
        guard let next = machine.nextWakeUp, next < wakeUp else { return }
        wakeUp = next
        simulation.schedule(after: next.nanoseconds(since: now)) {
            guard self.wakeUp == next else { return }
            self.wakeUp = .distantFuture
            self.machine.wake(now: self.now)
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
            machine.sampled(id, isUnread: isUnread, now: now)
        }
    }

    private func open(_ id: ConnectionID) {
        check(connections[id] == nil, "a connection was opened twice")
        simulation.schedule(after: 20_000) {
            if let connection = self.engine.connect() {
                self.connections[id] = connection
                connection.onResponse = { self.responded(id) }
                connection.onClose = { self.ended(id) }
                self.machine.opened(id, now: self.now)
            } else {
                self.machine.failedToOpen(id, now: self.now)
            }
            self.perform()
        }
    }

    private func close(_ id: ConnectionID) {
        check(leases[id] == nil, "a connection was closed under its request")
        if let connection = connections.removeValue(forKey: id) { engine.close(connection) }
        simulation.schedule(after: 10_000) {
            self.machine.closed(id, now: self.now)
            self.perform()
        }
    }

    private func lease(_ request: RequestID, _ id: ConnectionID) {
        check(leases[id] == nil, "a connection was leased twice")
        check(requests[request]?.connection == nil, "a request got two connections")
        guard let connection = connections[id], let service = requests[request]?.service else {
            return check(false, "a lease without a request or a connection")
        }
        leases[id] = request
        requests[request]?.connection = id
        guard !connection.isClosed else {
            simulation.schedule(after: 1_000) { self.ended(id) }
            return
        }
        engine.send(on: connection, service: service)
    }

    private func responded(_ id: ConnectionID) {
        guard let request = leases.removeValue(forKey: id) else { return }
        machine.responded(id, now: now)
        let unproven = machine.sampleWanted(now: now)
        let isUnread = unproven.flatMap { connections[$0] }.map(engine.isUnread)
        let isLast = (connections[id]?.served ?? 0) >= requestsPerConnection
        let release: PoolRelease =
            isLast
            ? .closedByPeer : .reusable(KeepAliveHint(timeout: 5, maximum: requestsPerConnection))
        machine.released(id, release, unprovenIsUnread: isUnread, now: now)
        end(request, .completed)
        perform()
    }

    private func ended(_ id: ConnectionID) {
        guard let request = leases.removeValue(forKey: id) else {
            machine.idleEnded(id, now: now)
            return perform()
        }
        requests[request]?.connection = nil
        machine.released(id, .broken, now: now)
        if repeatsLost, let retries = requests[request]?.retries, retries < 5 {
            requests[request]?.retries += 1
            machine.retry(request, isFresh: true, now: now)
        } else {
            end(request, .lost)
        }
        perform()
    }
}
