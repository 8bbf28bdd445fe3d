import EngineSansIO
import FuzzSupport

// What the pool asks for, and how requests end.
extension ScriptedClient {
    mutating func perform() {
        guard !isPerforming else { return }
        isPerforming = true
        while let action = pool.nextAction() { carryOut(action) }
        isPerforming = false
    }

    private mutating func carryOut(_ action: PoolAction) {
        switch action {
        case .open(let id):
            require(connections[id] == nil, "a connection was opened twice")
            require(!isShutDown, "a connection was opened after the end")
            connections[id] = ScriptedConnection(limits: parserLimits)
            openCount += 1
        case .close(let id):
            require(connections[id] != nil, "a stranger was closed")
            require(connections[id]?.request == nil, "closed under its request")
            require(connections[id]?.state != .closing, "closed twice")
            connections[id]?.state = .closing
        case .lease(let request, let id):
            lease(request, id)
        case .sample(let id):
            require(connections[id]?.request != nil, "a sample of nothing")
            pool.sampled(id, isUnread: isUnread, now: now)
        case .fail(let request, let failure):
            require(requests[request]?.connection == nil, "failed while on a connection")
            require((failure == .shutdown) == isShutDown, "\(failure)")
            finish(request)
        }
    }

    private mutating func lease(_ request: RequestID, _ id: ConnectionID) {
        require(connections[id]?.state == .open, "a lease of a dead connection")
        require(connections[id]?.request == nil, "a connection was leased twice")
        require(requests[request] != nil, "a lease for a request that has ended")
        require(requests[request]?.connection == nil, "a request got two connections")
        require(waiting.contains(request), "a lease for one that does not wait")
        waiting.removeAll { $0 == request }
        if requests[request]?.wantsConnectionOnly == true {
            pool.released(id, .unused, now: now)
            return finish(request)
        }
        requests[request]?.connection = id
        connections[id]?.request = request
        connections[id]?.machine = RequestMachine(requestSize: requestSize)
        connections[id]?.head = nil
        connections[id]?.bodySize = 0
        connections[id]?.isPartlySent = false
        connections[id]?.parser.startResponse(to: request.number % 5 == 0 ? .head : .get)
    }

    mutating func finish(_ id: RequestID) {
        require(requests[id] != nil, "a request ended twice")
        requests[id] = nil
        waiting.removeAll { $0 == id }
        endedCount += 1
    }

    /// Does what the end of a request on a connection asks for.
    mutating func end(_ id: ConnectionID, _ action: RequestMachine.Action, isLost: Bool) {
        guard action != .none, let request = connections[id]?.request else { return }
        connections[id]?.request = nil
        connections[id]?.machine = nil
        requests[request]?.connection = nil
        switch action {
        case .none:
            break
        case .complete(let release):
            let wanted = pool.sampleWanted(now: now)
            if let wanted { require(connections[wanted] != nil, "a sample of a stranger") }
            pool.released(
                id, release, unprovenIsUnread: wanted == nil ? nil : isUnread, now: now)
            perform()
            finish(request)
        case .fail(let delivery):
            pool.released(id, .broken, now: now)
            let retries = requests[request]?.retries ?? 0
            if isLost, !isShutDown, retries < 2, delivery != .consumed {
                requests[request]?.retries += 1
                waiting.append(request)
                pool.retry(request, isFresh: delivery == .notRead, failures: retries + 1, now: now)
            } else {
                finish(request)
            }
            perform()
        }
        if connections[id]?.state == .halfClosed { require(false, "kept after its end") }
    }

    // MARK: Ends

    func checkCounts() {
        let live = connections.values.count { $0.state != .closing }
        let leased = connections.values.count { $0.request != nil }
        require(pool.liveCount == live, "\(pool.liveCount) connections for \(live)")
        require(live <= pool.limits.maximumConnections, "more connections than allowed")
        require(pool.leasedCount == leased, "\(pool.leasedCount) leases for \(leased)")
        require(
            pool.waiterCount == waiting.count && requests.count == leased + waiting.count,
            "\(pool.waiterCount) wait of \(requests.count)")
        require(
            pool.openCount == pool.idleCount + leased, "\(pool.openCount) open, \(leased) leased")
        require(pool.unprovenCount <= 1, "two connections at once on trial")
        require(submittedCount == endedCount + UInt64(requests.count), "a request was lost")
    }

    /// The engine answers everything from now on: nothing may wait for ever.
    mutating func drain() {
        isUnread = false
        var rounds = 0
        while !requests.isEmpty {
            rounds += 1
            require(rounds < 2_000, "\(requests.count) requests wait for ever")
            while pick(0, { $0.state == .connecting }) != nil { connect(0, succeeds: true) }
            while pick(0, { $0.state == .closing }) != nil { finishClose(0) }
            let leased = connections.keys(where: { $0.request != nil })
            for id in leased {
                guard connections[id]?.request != nil else { continue }
                connections[id]?.machine?.sentAll()
                connections[id]?.isPartlySent = true
                answer(id)
            }
            checkCounts()
            if let next = pool.nextWakeUp, leased.isEmpty {
                pass(max(0, next.nanoseconds(since: now)))
            }
        }
    }

    private mutating func answer(_ id: ConnectionID) {
        pool.responded(id, now: now)
        perform()
        // What came before may have left half a response, which the close then ends.
        let action = connections[id]?.receive(Self.shortResponse) ?? .none
        if action == .none {
            connections[id]?.state = .halfClosed
            let action = connections[id]?.lose(isReset: false) ?? .none
            end(id, action, isLost: true)
        } else {
            end(id, action, isLost: false)
        }
    }

    mutating func shutDownPool() {
        guard !isShutDown else { return }
        isShutDown = true
        pool.shutDown()
        for id in connections.keys where connections[id]?.request != nil { abandon(id) }
        perform()
        require(requests.isEmpty, "\(requests.count) requests outlive the pool")
    }

    mutating func shutDown() {
        shutDownPool()
        while pick(0, { $0.state == .closing }) != nil { finishClose(0) }
        checkCounts()
        require(connections.isEmpty && pool.liveCount == 0, "a connection outlives the pool")
        let closed = pool.statistics.closed.values.reduce(0, +)
        require(closed == openCount, "\(closed) of \(openCount) connections were closed")
        require(submittedCount == endedCount, "a request was lost")
        require(pool.nextWakeUp == nil, "a timer outlives the pool")
    }
}
