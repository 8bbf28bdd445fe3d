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

    func cancel(_ id: RequestID) {
        if loop.isOnLoopThread, object.requests[id] == nil {
            // Its submission may still be on the way from another thread.
            loop.submitLast { object.abandon(id, .cancelled) }
        } else {
            run { $0.abandon(id, .cancelled) }
        }
    }

    func closeSoon() {
        run { $0.beginClose() }
    }

    /// Sets the user behind a name in ``EngineConfiguration/expectedPeer``.
    func expectPeer(userID: UInt32) async {
        await suspend { resume in
            run { dispatcher in
                for pool in dispatcher.pools { pool.expectPeer(userID: userID) }
                resume()
            }
        }
    }

    /// Goes on under another configuration; answers whether it could, which a closed one can't.
    ///
    /// - Parameter record: Called on the loop in between, so that who comes last has the last word
    ///   in both places.
    func reconfigure(
        _ configuration: EngineConfiguration, paths: [SocketPath],
        record: @escaping @Sendable () -> Void
    ) async -> Bool {
        await suspend { resume in
            run { dispatcher in
                guard !dispatcher.isClosed else { return resume(false) }
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
