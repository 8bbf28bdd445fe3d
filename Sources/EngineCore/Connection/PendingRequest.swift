/// What a caller hands to the pool.
struct Submission: Sendable {
    /// Whom to tell of the end.
    @safe enum Caller: Sendable {
        /// Wants a response.
        case response(UnsafeContinuation<Result<EngineResponse, EngineError>, Never>)
        /// Wants a connection to be there; nothing is sent.
        case connection(UnsafeContinuation<Result<Void, EngineError>, Never>)
    }

    let id: RequestID
    let method: HTTPMethod
    let head: [UInt8]
    let body: [UInt8]
    let deadline: MonotonicTime
    let isSafeToRepeat: Bool
    let mayRetry: Bool
    let caller: Caller
}

/// A request from its submission to its end; lives on the loop's thread.
final class PendingRequest {
    let submission: Submission
    /// Connects that had failed when the request came.
    let failuresBefore: Int
    var connection: ConnectionID?
    var phase = RequestPhase.waiting
    var phaseDeadline = MonotonicTime.distantFuture
    var attempts: [EngineError.Attempt] = []

    init(_ submission: Submission, failuresBefore: Int) {
        self.submission = submission
        self.failuresBefore = failuresBefore
    }

    /// Whether it may go out again after an attempt that got this far.
    func mayRepeat(after delivery: RequestDelivery) -> Bool {
        switch delivery {
        case .neverSent, .notRead: submission.mayRetry
        case .consumed, .unknown: submission.mayRetry && submission.isSafeToRepeat
        }
    }

    func end(_ result: Result<EngineResponse, EngineError>) {
        switch submission.caller {
        case .response(let continuation): unsafe continuation.resume(returning: result)
        case .connection(let continuation):
            unsafe continuation.resume(returning: result.map { _ in })
        }
    }
}
