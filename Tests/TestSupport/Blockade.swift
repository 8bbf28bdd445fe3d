internal import Dispatch
package import EngineRuntime

/// Holds up the threads that come to it, until it is opened.
package final class Blockade: Sendable {
    private struct State {
        var isOpen = false
        var arrivals = 0
        var held: [DispatchSemaphore] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Locked(State())

    package init() {}

    /// How many threads have come so far.
    package var arrivals: Int { state.withLock { $0.arrivals } }

    /// Blocks the calling thread until the blockade is opened.
    package func pass() {
        let semaphore = DispatchSemaphore(value: 0)
        let (isOpen, watchers) = state.withLock { state in
            state.arrivals += 1
            let reached = state.watchers.filter { $0.count <= state.arrivals }
            state.watchers.removeAll { $0.count <= state.arrivals }
            if !state.isOpen { state.held.append(semaphore) }
            return (state.isOpen, reached)
        }
        for watcher in watchers { watcher.continuation.resume() }
        if !isOpen { semaphore.wait() }
    }

    /// Returns when so many threads have come.
    package func arrival(of count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.arrivals >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    /// Lets everybody pass, from now on too.
    package func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for semaphore in held { semaphore.signal() }
    }
}

extension EngineLoop {
    /// Runs an operation while the loop's thread is held up.
    package func whileHeldUp<Success>(_ operation: () async throws -> Success) async throws
        -> Success
    {
        let blockade = Blockade()
        async let hold: Void = run { blockade.pass() }
        await blockade.arrival()
        let result: Result<Success, any Error>
        do {
            result = .success(try await operation())
        } catch {
            result = .failure(error)
        }
        blockade.open()
        try await hold
        return try result.get()
    }
}
