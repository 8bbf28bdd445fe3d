internal import EngineRuntime

// The dispatcher from any thread.
extension LoopBound<RequestDispatcher> {
    func submit(_ submission: consuming Submission) {
        if loop.isOnLoopThread {
            object.accept(submission)
        } else {
            let submission = submission
            run { $0.accept(submission) }
        }
    }

    /// Looks a user up, with the deadline and the cancellation of a request.
    func userID(
        of name: String, as id: RequestID, within timeout: Duration
    ) async throws(EngineError) -> UInt32 {
        if Task.isCancelled { throw .cancelledEarly }
        let result: Result<UInt32, EngineError> = await withTaskCancellationHandler {
            await suspend { resume in
                let submission = Submission(
                    id: id, request: EngineRequest(.head, "/"), body: [], feed: nil,
                    timeout: timeout.clampedNanoseconds, startedAt: .current,
                    caller: .user(resume), task: .current)
                run { $0.accept(submission) { $0.lookup = UserLookup(name) } }
            }
        } onCancel: {
            cancel(id)
        }
        return try result.get()
    }

    func cancel(_ id: RequestID) {
        // Never at once, where the caller is on the loop: a log handler that cancels is called in the
        // middle of what happens to the request.
        loop.submitLast { object.abandon(id, .cancelled) }
    }

    func closeSoon() {
        run { $0.beginClose() }
    }

    /// Goes on under another configuration; answers whether it could, which a closed one can't.
    ///
    /// - Parameters:
    ///   - number: Of the call; one that comes behind a later call changes nothing any more.
    ///   - record: Called on the loop in between, so that who comes last has the last word in both
    ///     places.
    func reconfigure(
        _ configuration: EngineConfiguration, paths: [SocketPath], number: UInt64,
        record: @escaping @Sendable () -> Void
    ) async -> Bool {
        await suspend { resume in
            run { dispatcher in
                guard !dispatcher.isClosed else { return resume(false) }
                guard dispatcher.lastReconfiguration < number else { return resume(true) }
                dispatcher.lastReconfiguration = number
                record()
                dispatcher.reconfigure(configuration, paths: paths)
                resume(true)
            }
        }
    }

    /// Ends what is in flight and waits until every socket is closed.
    func close() async {
        await withCheckedContinuation { continuation in
            run { $0.close(then: continuation) }
        }
    }

    /// Takes no more requests, lets those that there are end, and waits until every socket is closed.
    ///
    /// Cancelling the task ends what is in flight at once.
    func close(finishingWithin limit: Int64) async {
        let deadline = MonotonicTime.current.advanced(by: max(0, limit))
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                run { $0.drain(until: deadline, then: continuation) }
            }
        } onCancel: {
            closeSoon()
        }
    }

    var statistics: EngineStatistics {
        get async {
            await suspend { resume in
                run { resume($0.statistics) }
            }
        }
    }
}

extension MonotonicTime {
    /// The time of the loops' clock.
    static var current: MonotonicTime {
        MonotonicTime(nanoseconds: Int64(clamping: EngineLoop.nanoseconds))
    }
}
