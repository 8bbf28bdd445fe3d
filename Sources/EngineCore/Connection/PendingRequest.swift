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
    let request: EngineRequest
    /// The body, where it is there already.
    let body: [UInt8]
    /// For a body that is made while it is sent.
    let upload: BodyProducer?
    /// From the call to the end; where the body is streamed, for each stretch without progress.
    let timeout: Int64
    let deadline: MonotonicTime
    let caller: Caller

    var framing: RequestFraming { upload?.framing ?? .length(body.count) }

    var isStream: Bool {
        if case .stream = caller { true } else { false }
    }
}

/// A request from its submission to its end; lives on the loop's thread.
final class PendingRequest: DeadlineHolder {
    private(set) var submission: Submission
    private(set) var upload: Upload?
    /// Connects that had failed when the request came.
    private(set) var failuresBefore: Int
    var connection: ConnectionID?
    var phase = RequestPhase.waiting
    var deadline: MonotonicTime
    var phaseDeadline = MonotonicTime.distantFuture
    var deadlinePosition: Int?
    var attempts: [EngineError.Attempt] = []
    /// Where the body of a streamed response goes, once the head is there.
    private(set) var channel: BodyChannel?
    private var hasEnded = false
    /// Bytes of the request that had gone out when its deadline was set.
    var bytesSentBefore = 0

    var id: RequestID { submission.id }

    init(_ submission: Submission, upload: Upload?, failuresBefore: Int) {
        self.submission = submission
        self.upload = upload
        self.failuresBefore = failuresBefore
        deadline = submission.deadline
    }

    /// Whether the object can serve as another request's when this one has ended.
    var isReusable: Bool {
        guard case .response = submission.caller else { return false }
        return upload == nil && attempts.isEmpty && submission.body.count <= Self.keptBodySize
    }

    // What an object that waits for its next request may keep of the last one.
    private static let keptBodySize = 4_096

    /// Makes the object a new request's.
    func reuse(for submission: Submission, upload: Upload?, failuresBefore: Int) {
        self.submission = submission
        self.upload = upload
        self.failuresBefore = failuresBefore
        connection = nil
        phase = .waiting
        deadline = submission.deadline
        phaseDeadline = .distantFuture
        channel = nil
        hasEnded = false
        bytesSentBefore = 0
    }

    /// Whether it may go out again after an attempt that got this far.
    func mayRepeat(after delivery: RequestDelivery) -> Bool {
        guard submission.request.repeatability != .never, channel == nil, upload?.mayRestart ?? true
        else { return false }
        switch delivery {
        case .neverSent, .notRead: return true
        case .consumed, .unknown: return submission.request.isSafeToRepeat
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
