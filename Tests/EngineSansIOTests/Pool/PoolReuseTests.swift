import EngineSansIO
import Testing

/// When a pool uses a connection again, step by step.
struct PoolReuseTests {
    private let waiter = Waiters()
    private let second: Int64 = 1_000_000_000

    private func time(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1_000_000_000))
    }

    private func machine(_ set: (inout PoolLimits) -> Void = { _ in }) -> PoolMachine {
        var limits = PoolLimits()
        limits.maximumAge = .max
        limits.idleTimeout = 60 * second
        set(&limits)
        return PoolMachine(limits: limits, generator: SplitMix64(seed: 1))
    }

    private func actions(_ machine: inout PoolMachine) -> [PoolAction] {
        var actions: [PoolAction] = []
        while let action = machine.nextAction() { actions.append(action) }
        return actions
    }

    @Test func aConnectionMadeAheadRestsUntilItsIdleTimeout() throws {
        var machine = self.machine()
        machine.enqueue(waiter(1), now: time(0))
        let open = try #require(actions(&machine).first)
        guard case .open(let connection) = open else { throw PoolTestError.noConnection }
        machine.opened(connection, now: time(0))
        #expect(actions(&machine) == [.lease(waiter(1), connection)])
        machine.released(connection, .unused, now: time(0))
        #expect(actions(&machine) == [])
        #expect(machine.nextWakeUp == time(60))
        machine.enqueue(waiter(2), now: time(1))
        #expect(actions(&machine) == [.lease(waiter(2), connection)])
    }

    /// Lets a pool's first connection carry one request.
    private func serveOneRequest(
        _ machine: inout PoolMachine, _ hint: KeepAliveHint?
    ) throws -> ConnectionID {
        machine.enqueue(waiter(1), now: time(0))
        guard case .open(let connection)? = actions(&machine).first else {
            throw PoolTestError.noConnection
        }
        machine.opened(connection, now: time(0))
        #expect(actions(&machine) == [.lease(waiter(1), connection)])
        machine.responded(connection, now: time(0))
        machine.released(connection, .reusable(hint), now: time(0))
        return connection
    }

    private enum PoolTestError: Error { case noConnection }

    @Test func theHintCountsLessAMargin() throws {
        var machine = self.machine()
        let connection = try serveOneRequest(&machine, KeepAliveHint(timeout: 5))
        #expect(machine.nextWakeUp == time(4))
        machine.enqueue(waiter(2), now: time(3.9))
        #expect(actions(&machine) == [.lease(waiter(2), connection)])
    }

    @Test func aConnectionAboutToExpireIsNotUsed() throws {
        var machine = self.machine()
        let connection = try serveOneRequest(&machine, KeepAliveHint(timeout: 5))
        // The timer is late; the look at the door is not.
        machine.enqueue(waiter(2), now: time(4))
        let found = actions(&machine)
        #expect(found.first == .close(connection))
        #expect(found.count == 2)
        #expect(!found.contains(.lease(waiter(2), connection)))
    }

    @Test func aShortHintLeavesHalfOfItself() throws {
        var machine = self.machine()
        _ = try serveOneRequest(&machine, KeepAliveHint(timeout: 1))
        #expect(machine.nextWakeUp == time(0.5))
        var none = self.machine()
        _ = try serveOneRequest(&none, KeepAliveHint(timeout: 0))
        #expect(none.nextWakeUp == time(0))
    }

    @Test func theOwnIdleTimeoutCountsWhenItIsShorter() throws {
        var machine = self.machine { $0.idleTimeout = second }
        let connection = try serveOneRequest(&machine, KeepAliveHint(timeout: 5))
        #expect(machine.nextWakeUp == time(1))
        machine.wake(now: time(1))
        #expect(actions(&machine) == [.close(connection)])
        #expect(machine.statistics.closed == [.idle: 1])
    }

    @Test(arguments: [true, false])
    func theAllowedRequestsAreCounted(isConstant: Bool) throws {
        var machine = self.machine()
        var served = 0
        machine.enqueue(waiter(0), now: time(0))
        guard case .open(let connection)? = actions(&machine).first else {
            throw PoolTestError.noConnection
        }
        machine.opened(connection, now: time(0))
        while actions(&machine).contains(.lease(waiter(UInt64(served)), connection)) {
            served += 1
            let maximum = isConstant ? 10 : 10 - served
            machine.released(
                connection, .reusable(KeepAliveHint(timeout: 5, maximum: maximum)), now: time(0))
            machine.enqueue(waiter(UInt64(served)), now: time(0))
        }
        // A falling count says what is left, a constant one what there is.
        #expect(served == (isConstant ? 10 : 9))
        #expect(machine.statistics.closed == [.spent: 1])
    }

    @Test func theConnectionUsedLastIsUsedNext() throws {
        var machine = self.machine()
        var connections: [ConnectionID] = []
        for number in 1...3 {
            machine.enqueue(waiter(UInt64(number)), now: time(0))
            for case .open(let connection) in actions(&machine) {
                machine.opened(connection, now: time(0))
                machine.responded(connection, now: time(0))
                connections.append(connection)
            }
        }
        _ = actions(&machine)
        try #require(connections.count == 3)
        for connection in connections {
            machine.released(connection, .reusable(nil), now: time(0))
        }
        machine.enqueue(waiter(9), now: time(0))
        #expect(actions(&machine) == [.lease(waiter(9), connections[2])])
    }

    @Test func waitersAreServedInOrder() throws {
        var machine = self.machine { $0.maximumConnections = 1 }
        for number in 1...4 { machine.enqueue(waiter(UInt64(number)), now: time(0)) }
        guard case .open(let connection)? = actions(&machine).first else {
            throw PoolTestError.noConnection
        }
        machine.opened(connection, now: time(0))
        let wasWaiting = machine.cancel(waiter(2))
        #expect(wasWaiting)
        var order: [PoolAction] = actions(&machine)
        for _ in 0..<3 {
            machine.released(connection, .reusable(nil), now: time(0))
            order += actions(&machine)
        }
        #expect(
            order == [
                .lease(waiter(1), connection), .lease(waiter(3), connection),
                .lease(waiter(4), connection),
            ])
    }

    @Test func aQueueWithoutALimitTakesAll() {
        var machine = self.machine { $0.maximumWaiters = .max }
        for number in 1...3 { machine.enqueue(waiter(UInt64(number)), now: time(0)) }
        #expect(machine.waiterCount == 3)
    }

    @Test func oneConnectionIsOpenedAtATime() {
        var machine = self.machine()
        for number in 1...100 { machine.enqueue(waiter(UInt64(number)), now: time(0)) }
        let opened = actions(&machine)
        #expect(opened.count == 1)
        machine.failedToOpen(ConnectionID(index: 0, generation: 1), now: time(0))
        _ = actions(&machine)
        // One prober, after a pause that all share.
        #expect(machine.liveCount == 0)
        #expect(machine.waiterCount == 100)
        let pause = machine.nextWakeUp
        #expect(pause.map { $0 >= time(0) && $0 <= time(0.1) } == true)
        machine.wake(now: time(0.1))
        #expect(actions(&machine).count == 1)
    }

    @Test func thePeersCloseOfAnIdleConnectionIsSeen() throws {
        var machine = self.machine()
        let connection = try serveOneRequest(&machine, nil)
        machine.idleEnded(connection, now: time(1))
        #expect(actions(&machine) == [.close(connection)])
        machine.enqueue(waiter(2), now: time(1))
        #expect(!actions(&machine).contains(.lease(waiter(2), connection)))
    }
}
