/// What is left to do of a client that takes no more requests.
struct Drain {
    /// Requests of callers that have not ended.
    var remaining: Int
    /// When they end in any case.
    var deadline: MonotonicTime
}

// Closing once the last request has ended.
extension RequestDispatcher {
    /// Takes no more requests, and closes when those that there are have ended.
    func drain(until deadline: MonotonicTime, then continuation: CheckedContinuation<Void, Never>) {
        let remaining = drain?.remaining ?? requests.all.count { !$0.isProbe }
        let deadline = min(deadline, drain?.deadline ?? .distantFuture)
        guard remaining > 0, deadline > now, !isClosed else { return close(then: continuation) }
        drain = Drain(remaining: remaining, deadline: deadline)
        wait(for: continuation)
        armTimer()
    }

    /// Why a client that closes does not take a request; nil when it does.
    func refusal(of request: PendingRequest) -> EngineError? {
        if isClosed { return .closed }
        // How the engines are still matters to the requests that go on.
        return request.isProbe ? nil : .shuttingDown
    }

    func noteEnd(of request: PendingRequest) {
        guard var drain, !request.isProbe else { return }
        drain.remaining -= 1
        self.drain = drain
        guard drain.remaining == 0 else { return }
        // Its connection is still at work on the end of it.
        loop.submitLast { [bound] in bound.object.beginClose() }
    }
}
