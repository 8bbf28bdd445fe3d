internal import EngineRuntime

/// Where the loop's thread puts how the engines are, for readers on any thread.
final class HealthBoard: Sendable {
    private struct State {
        var health: EngineHealth
        var watchers: [UInt64: AsyncStream<EngineHealth>.Continuation] = [:]
        var lastWatcher: UInt64 = 0
        var isClosed = false
    }

    private let state: Locked<State>

    init(_ health: EngineHealth) {
        state = Locked(State(health: health))
    }

    var health: EngineHealth { state.withLock { $0.health } }

    /// What there is now, and each change after that; slow consumers miss all but the latest.
    func changes() -> AsyncStream<EngineHealth> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: EngineHealth.self, bufferingPolicy: .bufferingNewest(1))
        var health = health
        while true {
            continuation.yield(health)
            switch register(continuation, knowing: health) {
            case .closed:
                continuation.finish()
                return stream
            case .registered(let number):
                continuation.onTermination = { [weak self] _ in self?.forget(number) }
                return stream
            case .changed(let newer): health = newer
            }
        }
    }

    private enum Registration {
        case closed
        case registered(UInt64)
        /// Not registered: there is news.
        case changed(EngineHealth)
    }

    // Continuations are never yielded to under the lock: that may run an executor's code, which may
    // read the health.
    private func register(
        _ continuation: AsyncStream<EngineHealth>.Continuation, knowing health: EngineHealth
    ) -> Registration {
        state.withLock { state in
            guard state.health == health else { return .changed(state.health) }
            guard !state.isClosed else { return .closed }
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = continuation
            return .registered(state.lastWatcher)
        }
    }

    private func forget(_ number: UInt64) {
        // Released outside of the lock.
        _ = state.withLock { state in state.watchers.removeValue(forKey: number) }
    }

    /// Called by one thread at a time.
    func publish(_ health: EngineHealth) {
        let watchers = state.withLock { state -> [AsyncStream<EngineHealth>.Continuation] in
            guard health != state.health else { return [] }
            state.health = health
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.yield(health) }
    }

    func close() {
        let watchers = state.withLock { state in
            state.isClosed = true
            defer { state.watchers = [:] }
            return state.watchers.values.map { $0 }
        }
        for watcher in watchers { watcher.finish() }
    }
}
