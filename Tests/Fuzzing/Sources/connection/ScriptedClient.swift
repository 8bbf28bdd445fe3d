import EngineSansIO
import FuzzSupport

/// Carries out a pool's actions as the client does, with a script for the peer, the callers and
/// the clock, and checks every promise on the way.
struct ScriptedClient: ~Copyable {
    struct Request {
        var connection: ConnectionID?
        var retries = 0
        let wantsConnectionOnly: Bool
    }

    var pool: PoolMachine
    var connections = SmallTable<ConnectionID, ScriptedConnection>()
    var requests = SmallTable<RequestID, Request>()
    var waiting: [RequestID] = []
    var submittedCount: UInt64 = 0
    var endedCount: UInt64 = 0
    var openCount = 0
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    /// What is answered when the pool asks whether a first request is unread.
    var isUnread: Bool?
    var isShutDown = false
    var isPerforming = false
    let parserLimits: HTTPLimits
    let requestSize: Int

    static let response = Array(
        "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\nContent-Length: 2\r\n\r\n{}".utf8)

    static let connectFailures: [PoolConnectFailure] = [.transient, .noRoom, .permanent, .noRoom]

    static let shortResponse = Array("HTTP/1.1 204 \r\n\r\n".utf8)

    init(_ input: inout FuzzInput) {
        parserLimits = input.nextLimits()
        let choice = input.next()
        var limits = PoolLimits()
        limits.maximumConnections = 1 + choice & 3
        limits.maximumWaiters = [0, 1, 3, 8][choice >> 2 & 3]
        limits.connectRetries = choice >> 4 & 3
        if choice & 64 != 0 { limits.maximumAge = 20_000_000 }
        if choice & 128 != 0 { limits.idleTimeout = 0 }
        requestSize = [100, 5_000][input.next() & 1]
        pool = PoolMachine(limits: limits, generator: SplitMix64(seed: 1))
    }

    // MARK: The script

    mutating func step(_ input: inout FuzzInput) {
        let code = input.next()
        let choice = code >> 4
        switch code & 15 {
        case 0: submit(wantsConnectionOnly: choice == 15)
        case 1: connect(choice, succeeds: true)
        case 2: connect(choice, succeeds: false)
        case 3: deliver(input.next(input.next()), choice)
        case 4: deliver(Self.response, choice)
        case 5: endInput(choice, isReset: false)
        case 6: endInput(choice, isReset: true)
        case 7: progress(choice, isSending: true) { $0.sentAll() }
        case 8: progress(choice, isSending: true) { $0.sentPart() }
        case 9: progress(choice, isSending: false) { $0.failedToWrite() }
        case 10: cancel(choice)
        case 11: pass(Int64(1) << (16 + 2 * Int64(choice)))
        case 12: finishClose(choice)
        case 13: isUnread = [nil, true, false][choice % 3]
        case 14: stray(input.next(), choice)
        default: wake(isShutDown: choice == 15)
        }
        checkCounts()
    }

    private mutating func submit(wantsConnectionOnly: Bool) {
        submittedCount += 1
        let id = RequestID(submittedCount)
        requests[id] = Request(wantsConnectionOnly: wantsConnectionOnly)
        waiting.append(id)
        pool.enqueue(id, now: now)
        perform()
    }

    /// The connections of a state, oldest first, and of them the one that a script means.
    func pick(_ choice: Int, _ isMeant: (ScriptedConnection) -> Bool) -> ConnectionID? {
        let meant = connections.keys(where: isMeant)
        return meant.isEmpty ? nil : meant[choice % meant.count]
    }

    mutating func connect(_ choice: Int, succeeds: Bool) {
        guard let id = pick(choice, { $0.state == .connecting }) else { return }
        if succeeds {
            connections[id]?.state = .open
            pool.opened(id, now: now)
        } else {
            pool.failedToOpen(id, Self.connectFailures[choice >> 3 & 3], now: now)
        }
        perform()
        if !succeeds { require(connections[id]?.state == .closing, "kept after a failure") }
    }

    mutating func deliver(_ bytes: [UInt8], _ choice: Int) {
        guard !bytes.isEmpty, let id = pick(choice, { $0.state == .open }) else { return }
        guard connections[id]?.request != nil else {
            pool.idleEnded(id, now: now)
            return perform()
        }
        if connections[id]?.machine?.hasResponse == false {
            pool.responded(id, now: now)
            perform()
        }
        let action = connections[id]?.receive(bytes) ?? .none
        end(id, action, isLost: false)
    }

    mutating func endInput(_ choice: Int, isReset: Bool) {
        guard let id = pick(choice, { $0.state == .open }) else { return }
        connections[id]?.state = .halfClosed
        guard connections[id]?.request != nil else {
            pool.idleEnded(id, now: now)
            return perform()
        }
        let action = connections[id]?.lose(isReset: isReset) ?? .none
        end(id, action, isLost: true)
    }

    private mutating func progress(
        _ choice: Int, isSending: Bool, _ event: (inout RequestMachine) -> Void
    ) {
        guard let id = pick(choice, { $0.request != nil }),
            var machine = connections[id]?.machine
        else { return }
        event(&machine)
        connections[id]?.machine = machine
        if isSending { connections[id]?.isPartlySent = true }
    }

    private mutating func cancel(_ choice: Int) {
        guard !requests.isEmpty else { return }
        let id = requests.keys[choice % requests.count]
        if let connection = requests[id]?.connection {
            abandon(connection)
        } else {
            let wasWaiting = pool.cancel(id)
            require(wasWaiting, "a waiting request was not known")
            let isKnown = pool.cancel(id)
            require(!isKnown, "a request was cancelled twice")
            finish(id)
        }
        perform()
    }

    mutating func abandon(_ id: ConnectionID) {
        let isUnread = isUnread
        let action = connections[id]?.end { $0.abandon(isUnread: isUnread) } ?? .none
        end(id, action, isLost: false)
    }

    mutating func pass(_ nanoseconds: Int64) {
        now = now.advanced(by: nanoseconds)
        // The timer is exact here: what is due is done before anything else.
        wake(isShutDown: false)
    }

    private mutating func wake(isShutDown: Bool) {
        if isShutDown { return shutDownPool() }
        guard let due = pool.nextWakeUp, due <= now else { return }
        pool.wake(now: now)
        perform()
        if let next = pool.nextWakeUp {
            require(next > now, "a timer that is due again at once: \(next) at \(now)")
        }
    }

    mutating func finishClose(_ choice: Int) {
        guard let id = pick(choice, { $0.state == .closing }) else { return }
        connections[id] = nil
        pool.closed(id, now: now)
        perform()
    }

    /// Events of connections that are gone or never were; nothing may come of them.
    private mutating func stray(_ which: Int, _ choice: Int) {
        let generation = UInt64(which >> 3)
        let id = ConnectionID(index: choice, generation: generation)
        guard connections[id] == nil else { return }
        let before = pool.statistics
        switch which & 7 {
        case 0: pool.opened(id, now: now)
        case 1: pool.failedToOpen(id, now: now)
        case 2: pool.responded(id, now: now)
        case 3: pool.sampled(id, isUnread: true, now: now)
        case 4: pool.released(id, .broken, now: now)
        case 5: pool.released(id, .reusable(nil), now: now)
        case 6: pool.idleEnded(id, now: now)
        default: pool.closed(id, now: now)
        }
        require(pool.statistics == before, "a stranger's event counted")
        let action = pool.nextAction()
        require(action == nil, "a stranger's event made the pool act")
    }
}
