internal import EngineRuntime

/// Exchanges that have ended, for callers on other threads than the loop's.
final class SpareExchanges: Sendable {
    /// Exchanges that are kept at most.
    static let limit = 256

    private struct State {
        var exchanges: [Exchange] = []
        var isClosed = false
    }

    private let state = Locked(State())

    /// Takes one, which is the caller's alone then.
    func take() -> Exchange? {
        state.withLock { $0.exchanges.popLast() }
    }

    /// Keeps one that nothing else uses.
    ///
    /// - Returns: Whether there was room.
    func keep(_ exchange: Exchange) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.exchanges.count < Self.limit else { return false }
            state.exchanges.append(exchange)
            return true
        }
    }

    func close() {
        // Released outside of the lock.
        _ = state.withLock { state in
            state.isClosed = true
            defer { state.exchanges = [] }
            return state.exchanges
        }
    }
}
