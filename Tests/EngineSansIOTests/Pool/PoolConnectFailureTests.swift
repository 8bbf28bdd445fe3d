import EngineSansIO
import Testing

/// How a pool goes on after a failed attempt to connect.
struct PoolConnectFailureTests {
    private let waiter = Waiters()
    private func time(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1_000_000_000))
    }

    private func machine() -> PoolMachine {
        var limits = PoolLimits()
        limits.connectRetries = 5
        limits.backoff = Backoff(base: .seconds(60), maximum: .seconds(60))
        return PoolMachine(limits: limits, generator: SplitMix64(seed: 1))
    }

    private func actions(_ machine: inout PoolMachine) -> [PoolAction] {
        var actions: [PoolAction] = []
        while let action = machine.nextAction() { actions.append(action) }
        return actions
    }

    /// The connection that the machine's actions open.
    private func opening(_ machine: inout PoolMachine) throws -> ConnectionID {
        let opened = actions(&machine).compactMap { action -> ConnectionID? in
            if case .open(let connection) = action { connection } else { nil }
        }
        return try #require(opened.first)
    }

    @Test func aPermanentOneEndsAllThatWait() throws {
        var machine = machine()
        for number: UInt64 in 1...3 { machine.enqueue(waiter(number), now: time(0)) }
        let connection = try opening(&machine)
        machine.failedToOpen(connection, .permanent, now: time(0))
        let ends = actions(&machine)
        #expect(
            ends == [.close(connection)] + (1...3).map { .fail(waiter($0), .cannotConnect) })
        #expect(machine.waiterCount == 0)
        let isPermanent = machine.isConnectFailurePermanent
        #expect(isPermanent)
        // Nobody waits, so nothing is tried; the next request tries without a pause.
        machine.closed(connection, now: time(0))
        #expect(machine.nextWakeUp == nil)
        let isBackingOff = machine.isBackingOff(now: time(0))
        #expect(isBackingOff)
        machine.enqueue(waiter(4), now: time(0))
        let second = try opening(&machine)
        machine.opened(second, now: time(0))
        let leases = actions(&machine)
        #expect(leases == [.lease(waiter(4), second)])
        let isStillPermanent = machine.isConnectFailurePermanent
        #expect(!isStillPermanent)
    }

    @Test func aTransientOneIsWaitedOut() throws {
        var machine = machine()
        machine.enqueue(waiter(1), now: time(0))
        let first = try opening(&machine)
        machine.failedToOpen(first, .permanent, now: time(0))
        machine.enqueue(waiter(2), now: time(0))
        let second = try opening(&machine)
        machine.failedToOpen(second, .transient, now: time(0))
        let closes = actions(&machine)
        #expect(closes == [.close(second)])
        #expect(machine.waiterCount == 1)
        let wakeUp = machine.nextWakeUp
        let retry = try #require(wakeUp)
        #expect(retry > time(0))
        machine.wake(now: retry)
        _ = try opening(&machine)
    }

    @Test func openConnectionsServeThoseWhoWait() throws {
        var machine = machine()
        machine.enqueue(waiter(1), now: time(0))
        let first = try opening(&machine)
        machine.opened(first, now: time(0))
        _ = actions(&machine)
        machine.responded(first, now: time(0))
        machine.enqueue(waiter(2), now: time(0))
        let second = try opening(&machine)
        machine.failedToOpen(second, .permanent, now: time(0))
        // One try, a pause, and no end for the request that waits.
        let closes = actions(&machine)
        #expect(closes == [.close(second)])
        #expect(machine.waiterCount == 1)
        #expect(machine.nextWakeUp.map { $0 > time(0) } == true)
        machine.released(first, .reusable(nil), now: time(0))
        let leases = actions(&machine)
        #expect(leases.contains(.lease(waiter(2), first)))
    }
}
