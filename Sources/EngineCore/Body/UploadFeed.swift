internal import EngineRuntime

/// Between the loop, which wants a request's body once or again, and the task that makes it.
///
/// One pass at a time: the next one begins when the producer of the one before has ended.
final class UploadFeed: Sendable {
    /// One run of the producer, from the body's start.
    struct Pass: Sendable {
        let number: Int
        let producer: BodyProducer
        /// Brings a step to the loop; returns whether more is wanted.
        let offer: @Sendable (Upload.Step, _ pass: Int) async -> Bool
        /// Called when the producer has ended.
        let end: @Sendable () -> Void
    }

    private struct State {
        var wanted: Pass?
        var isProducing = false
        /// Whether the producer has returned.
        var isMade = false
        /// Whether the loop wants no more of the pass.
        var isUnwanted = false
        /// Whether the request has ended.
        var isOver = false
        var waiter: Resumption<Void>?
    }

    private let state = Locked(State())

    // MARK: The loop's side

    func start(_ pass: Pass) {
        change { $0.wanted = pass }
    }

    /// Cancels the pass, if there is one.
    func stop() {
        change { state in
            state.wanted = nil
            state.isUnwanted = state.isProducing
        }
    }

    /// Ends all: the request has ended.
    func finish() {
        change { state in
            state.wanted = nil
            state.isOver = true
        }
    }

    /// Whether the producer of a pass has not ended yet.
    var isProducing: Bool { state.withLock { $0.isProducing } }

    // MARK: The producer's side

    /// Makes the body as often as it is wanted; returns when the request and the producer have ended.
    func run() async {
        while let pass = await nextPass() {
            // A group of its own: the loop cancels the pass, and not what made the request.
            await withTaskGroup(of: Void.self) { group in
                group.addTask(executorPreference: pass.producer.executor) {
                    await Self.make(pass)
                    self.change { $0.isMade = true }
                }
                await wait { $0.isMade || $0.isUnwanted || $0.isOver }
                group.cancelAll()
            }
            change { state in
                state.isProducing = false
                state.isMade = false
                state.isUnwanted = false
            }
            pass.end()
        }
    }

    private static func make(_ pass: Pass) async {
        do {
            try await pass.producer.run { await pass.offer(.chunk($0), pass.number) }
            // Sequences end early when their task is cancelled: this is not the body's end.
            if !Task.isCancelled { _ = await pass.offer(.end, pass.number) }
        } catch {
            if !Task.isCancelled { _ = await pass.offer(.failure(error), pass.number) }
        }
    }

    private func nextPass() async -> Pass? {
        while true {
            await wait { $0.wanted != nil || $0.isOver }
            let (pass, isOver) = state.withLock { state in
                let pass = state.wanted.take()
                if pass != nil { state.isProducing = true }
                return (pass, state.isOver)
            }
            // The pass may have been cancelled since the wait ended.
            if pass != nil || isOver { return pass }
        }
    }

    private func wait(until isReady: @Sendable (borrowing State) -> Bool) async {
        while true {
            let isDone = state.withLock { isReady($0) }
            if isDone { return }
            await suspend { resume in
                let isReady = state.withLock { state in
                    if isReady(state) { return true }
                    state.waiter = resume
                    return false
                }
                if isReady { resume() }
            }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            return state.waiter.take()
        }
        waiter?()
    }
}
