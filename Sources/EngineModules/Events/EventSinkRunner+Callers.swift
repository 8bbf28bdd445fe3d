internal import EngineCore
internal import EngineRuntime
internal import EngineSansIO

// What any thread may call.
extension EventSinkRunner {
    /// Runs a closure on the machine, and tells the loop when there is something to do for it.
    private nonisolated func withMachine<Success>(
        _ body: (inout State) -> Success
    ) -> Success {
        let (success, mustSchedule) = state.withLock { state in
            let success = body(&state)
            guard state.machine.needsAttention, !state.isScheduled else { return (success, false) }
            state.isScheduled = true
            return (success, true)
        }
        if mustSchedule { schedule() }
        return success
    }

    nonisolated var statistics: EventSinkStatistics {
        state.withLock { $0.machine.statistics }
    }

    /// - Throws: ``EngineError`` when a parent of this process has started the loop.
    nonisolated func refuseInherited() throws(EngineError) {
        guard engine.loop.isInherited else { return }
        throw Self.unavailable(LibUVError.otherProcess)
    }

    private nonisolated static func unavailable(_ cause: any Error) -> EngineError {
        let message = "the events can't be sent"
        return EngineError(
            .unexpected, message: message, detail: "\(message): \(cause)", underlying: cause,
            delivery: .neverSent)
    }

    nonisolated func retainSource(_ header: EventHeader) throws(EngineError) -> Int {
        do {
            try engine.loop.start()
            return try state.withLock { state throws(EventBatchError) in
                state.isUsed = true
                return try state.machine.retainSource(header: header.json)
            }
        } catch {
            throw Self.unavailable(error)
        }
    }

    nonisolated func releaseSource(_ id: Int) {
        state.withLock { $0.machine.releaseSource(id) }
    }

    nonisolated func offer(_ event: RawSpan, to source: Int) -> EventAdmission {
        // In a child of fork() nobody would send it.
        if engine.loop.isInherited { return .closed }
        return withMachine { $0.machine.append(event, to: source) { Self.now } }
    }

    /// - Returns: Nil when the task was cancelled while it waited.
    nonisolated func append(_ event: [UInt8], to source: Int) async -> EventAdmission? {
        if engine.loop.isInherited { return .closed }
        let admission = withMachine { state in
            event.withRawSpan { event in
                state.machine.append(event, to: source, countsRefusal: false) { Self.now }
            }
        }
        guard admission == .full else { return admission }
        return await wait { state, waiter, continuation in
            // Room may have come since.
            let admission = event.withRawSpan { event in
                state.machine.append(event, to: source, countsRefusal: false) { Self.now }
            }
            guard admission == .full else { return admission }
            state.waiters[waiter] = continuation
            state.machine.wait(with: event, for: source, as: waiter)
            return nil
        }
    }

    /// - Returns: False when the task was cancelled first.
    nonisolated func flush() async -> Bool {
        let admission = await wait { state, waiter, continuation in
            state.waiters[waiter] = continuation
            state.machine.flush(as: waiter)
            return nil
        }
        return admission != nil
    }

    nonisolated func close(within limit: Duration) async {
        if engine.loop.isInherited { return }
        let deadline = Self.now.advanced(by: limit.clampedNanoseconds)
        let isUsed = state.withLock { $0.isUsed }
        guard isUsed else {
            // Nothing was ever added, and there may be no loop that would say so.
            let waiter = state.withLock { $0.machine.newWaiter() }
            return state.withLock { $0.machine.close(by: deadline, as: waiter) }
        }
        // A cancelled task closes like any other, within the limit.
        _ = await withCheckedContinuation { (continuation: Waiter) in
            withMachine { state in
                let waiter = state.machine.newWaiter()
                state.waiters[waiter] = continuation
                state.machine.close(by: deadline, as: waiter)
            }
        }
        await finishClosing()
    }

    /// Gives up what is held, without waiting until that is done.
    nonisolated func abandonSoon() {
        guard state.withLock({ $0.isUsed }) else { return }
        Task { await close(within: .zero) }
    }

    /// Suspends the task until the machine resumes it, or it is cancelled.
    ///
    /// - Parameter register: Leaves the continuation with the machine, or answers at once.
    private nonisolated func wait(
        _ register: (inout State, Int, Waiter) -> EventAdmission?
    ) async -> EventAdmission? {
        let waiter = state.withLock { $0.machine.newWaiter() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let admission = withMachine { register(&$0, waiter, continuation) }
                if let admission { return continuation.resume(returning: admission) }
                // A cancellation that came before found nobody waiting.
                if Task.isCancelled { cancel(waiter) }
            }
        } onCancel: {
            cancel(waiter)
        }
    }

    private nonisolated func cancel(_ waiter: Int) {
        let continuation = withMachine { state -> Waiter? in
            guard state.machine.cancelWaiter(waiter) else { return nil }
            return state.waiters.removeValue(forKey: waiter)
        }
        continuation?.resume(returning: nil)
    }
}
