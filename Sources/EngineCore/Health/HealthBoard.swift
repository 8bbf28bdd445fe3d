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

    /// What there is now, and each change after that; who is slow misses all but the latest.
    func changes() -> AsyncStream<EngineHealth> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: EngineHealth.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state -> UInt64? in
            continuation.yield(state.health)
            guard !state.isClosed else { return nil }
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = continuation
            return state.lastWatcher
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in _ = state.watchers.removeValue(forKey: number) }
        }
        return stream
    }

    func publish(_ health: EngineHealth) {
        state.withLock { state in
            guard health != state.health else { return }
            state.health = health
            for watcher in state.watchers.values { watcher.yield(health) }
        }
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
