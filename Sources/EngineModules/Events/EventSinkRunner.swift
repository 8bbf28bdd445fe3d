internal import EngineCore
internal import EngineRuntime
internal import EngineSansIO

/// Carries out what a sink's machine decides, on the loop's thread.
///
/// The machine is behind a lock, so that an event is added by whoever has it without a change of
/// thread; the loop is told of batches and deadlines alone.
actor EventSinkRunner {
    typealias Waiter = CheckedContinuation<EventAdmission?, Never>

    struct State {
        var machine: EventSinkMachine
        var waiters: [Int: Waiter] = [:]
        /// Whether the loop has been told to look at the machine.
        var isScheduled = false
        var isUsed = false
    }

    nonisolated let engine: Engine
    nonisolated let configuration: EventSinkConfiguration
    nonisolated let state: Locked<State>
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The actor has the engine, that the loop, and that the executor, for good.
        unsafe engine.loop.serialExecutor.asUnownedSerialExecutor()
    }

    private var timer: LoopTimer?
    private var requests: [Int: Task<Void, Never>] = [:]
    private var isClosed = false
    private var closeWaiters: [CheckedContinuation<Void, Never>] = []

    init(_ engine: Engine, _ configuration: EventSinkConfiguration) {
        self.engine = engine
        self.configuration = configuration
        state = Locked(
            State(
                machine: EventSinkMachine(
                    limits: configuration.limits,
                    generator: SplitMix64(seed: .random(in: 0 ... .max)))))
    }

    nonisolated static var now: MonotonicTime {
        MonotonicTime(nanoseconds: Int64(clamping: EngineLoop.nanoseconds))
    }

    // MARK: The loop's thread

    nonisolated func schedule() {
        engine.loop.submit { self.assumeIsolated { $0.attend() } }
    }

    private func attend() {
        let actions = state.withLock { state in
            state.isScheduled = false
            return state.machine.attend(now: Self.now)
        }
        for action in actions { perform(action) }
        guard let deadline = state.withLock({ $0.machine.deadline }) else { return }
        armTimer(deadline)
    }

    private func perform(_ action: EventSinkMachine.Action) {
        switch action {
        case .send(let batch):
            requests[batch.id] = Task { await self.send(batch) }
        case .cancel(let batch):
            requests[batch]?.cancel()
        case .giveUp(let batch):
            report(batch, Self.abandoned(batch.delivery ?? .neverSent))
        case .admit(let waiter, let admission):
            resume(waiter, admission)
        case .finish(let waiter):
            resume(waiter, .accepted)
        }
    }

    private func resume(_ waiter: Int, _ admission: EventAdmission) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: waiter) }
        waiter?.resume(returning: admission)
    }

    private func send(_ batch: EventBatchContents) async {
        let failure: EngineError?
        do throws(EngineError) {
            try await engine.events.post(
                batch.bytes,
                repeatability: configuration.guarantee == .atLeastOnce ? .safe : .unsafe,
                timeout: configuration.requestTimeout)
            failure = nil
        } catch {
            failure = error
        }
        requests[batch.id] = nil
        let disposition = state.withLock { state in
            state.machine.ended(batch.id, failure.map { EventBatchFailure($0) }, now: Self.now)
        }
        if case .failed(let batch) = disposition, let failure {
            // Nobody but the sink cancels these requests.
            let isAbandoned = failure.code == .cancelled
            report(batch, isAbandoned ? Self.abandoned(failure.delivery) : failure)
        }
        attend()
    }

    private func report(_ batch: EventBatchContents, _ error: EngineError) {
        guard let onFailure = configuration.onFailure else { return }
        onFailure(FailedEventBatch(batch, error: error))
    }

    private static func abandoned(_ delivery: RequestDelivery) -> EngineError {
        EngineError(
            .timeout, message: "the deadline for closing passed before the events were delivered",
            delivery: delivery, isTransient: true)
    }

    private func armTimer(_ deadline: MonotonicTime) {
        guard !isClosed else { return }
        if timer == nil {
            // Without a loop nothing can be sent either, which closing the sink will show.
            timer = try? LoopTimer(
                on: engine.loop, onClose: { self.assumeIsolated { $0.timerDidClose() } },
                action: { self.assumeIsolated { $0.attend() } })
        }
        timer?.arm(afterNanoseconds: deadline.nanoseconds(since: Self.now))
    }

    private func timerDidClose() {
        timer = nil
        for waiter in closeWaiters { waiter.resume() }
        closeWaiters = []
    }

    /// Lets go of the timer, once the machine holds nothing.
    func finishClosing() async {
        isClosed = true
        guard let timer else { return }
        await withCheckedContinuation { continuation in
            closeWaiters.append(continuation)
            timer.close()
        }
    }
}
