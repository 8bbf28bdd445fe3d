/// What a caller hands to the pool.
struct Submission: Sendable {
    /// Whom to tell of the end.
    enum Caller: Sendable {
        /// Wants a response.
        case response(Resumption<Result<EngineResponse, EngineError>>)
        /// Wants a response's head, and its body as it arrives.
        case stream(Resumption<Result<(ResponseHead, BodyChannel), EngineError>>)
        /// Wants a connection to be there; nothing is sent.
        case connection(Resumption<Result<Void, EngineError>>)
    }

    let id: RequestID
    let method: HTTPMethod
    let head: [UInt8]
    let body: [UInt8]
    /// For a body that is made while it is sent.
    let upload: BodyProducer?
    /// From the call to the end; where the body is streamed, for each stretch without progress.
    let timeout: Int64
    let deadline: MonotonicTime
    let isSafeToRepeat: Bool
    let mayRetry: Bool
    let caller: Caller

    var isStream: Bool {
        if case .stream = caller { true } else { false }
    }
}

/// A request from its submission to its end; lives on the loop's thread.
final class PendingRequest {
    let submission: Submission
    let upload: Upload?
    /// Connects that had failed when the request came.
    let failuresBefore: Int
    var connection: ConnectionID?
    var phase = RequestPhase.waiting
    var deadline: MonotonicTime
    var phaseDeadline = MonotonicTime.distantFuture
    var attempts: [EngineError.Attempt] = []
    /// Where the body of a streamed response goes, once the head is there.
    private(set) var channel: BodyChannel?
    private var hasEnded = false
    /// Bytes of the request that had gone out when its deadline was set.
    var bytesSentBefore = 0

    init(_ submission: Submission, upload: Upload?, failuresBefore: Int) {
        self.submission = submission
        self.upload = upload
        self.failuresBefore = failuresBefore
        deadline = submission.deadline
    }

    /// Whether it may go out again after an attempt that got this far.
    func mayRepeat(after delivery: RequestDelivery) -> Bool {
        guard submission.mayRetry, channel == nil, upload?.mayRestart ?? true else { return false }
        switch delivery {
        case .neverSent, .notRead: return true
        case .consumed, .unknown: return submission.isSafeToRepeat
        }
    }

    /// Hands a streamed response to the caller while its body arrives.
    func answer(_ head: ResponseHead, _ channel: BodyChannel) {
        guard case .stream(let resume) = submission.caller, self.channel == nil else { return }
        self.channel = channel
        resume(.success((head, channel)))
    }

    func end(_ result: Result<EngineResponse, EngineError>) {
        guard !hasEnded else { return }
        hasEnded = true
        upload?.stop()
        switch submission.caller {
        case .response(let resume):
            resume(result)
        case .connection(let resume):
            resume(result.map { _ in })
        case .stream(let resume):
            if let channel {
                channel.finish(result.map(\.trailers))
            } else if case .failure(let error) = result {
                resume(.failure(error))
            }
        }
    }
}
