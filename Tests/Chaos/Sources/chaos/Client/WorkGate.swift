internal import Synchronization

/// Lets workers go on, holds them between two steps, or sends them home.
final class WorkGate: Sendable {
    private struct State {
        var isOpen = false
        var isFinished = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Waits until the gate is open; answers false when there is no more work.
    func pass() async -> Bool {
        await withCheckedContinuation { continuation in
            let mayPass = state.withLock { state in
                if state.isOpen || state.isFinished { return true }
                state.waiting.append(continuation)
                return false
            }
            if mayPass { continuation.resume() }
        }
        return state.withLock { !$0.isFinished }
    }

    func open() { change { $0.isOpen = true } }

    func close() { state.withLock { $0.isOpen = false } }

    func finish() { change { $0.isFinished = true } }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
