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
        /// Wants to know whether an engine is well.
        case probe
        /// Wants the number of the user of a name; nothing is sent.
        case user(Resumption<Result<UInt32, EngineError>>)
    }

    let id: RequestID
    let request: EngineRequest
    /// The body, where it is there already.
    let body: [UInt8]
    /// Where a body is made that is made while it is sent.
    let feed: UploadFeed?
    /// From the call to the end; where the response is streamed, to its head.
    let timeout: Int64
    /// When the caller called.
    let startedAt: MonotonicTime
    let caller: Caller
    /// Where the call is traced.
    var span: RequestSpan?
    /// Waits for the end; nil for nobody.
    var task: WaitingTask?

    var deadline: MonotonicTime {
        timeout == .max ? .distantFuture : startedAt.advanced(by: timeout)
    }

    func totalDeadline(unlessOwn nanoseconds: Int64) -> MonotonicTime {
        let total = request.totalTimeout?.clampedNanoseconds ?? nanoseconds
        // A probe is not the caller's: `healthCheck.timeout` limits it.
        if total == .max { return .distantFuture }
        if case .probe = caller { return .distantFuture }
        return startedAt.advanced(by: total)
    }

    var isStream: Bool {
        if case .stream = caller { true } else { false }
    }

    /// Whether it is a request of the caller's that is sent.
    var isCounted: Bool {
        switch caller {
        case .response, .stream: true
        case .connection, .probe, .user: false
        }
    }
}

/// A request from its submission to its end; lives on the loop's thread.
final class PendingRequest: TableEntry {
    private(set) var submission: Submission
    /// The head, and the body if it is small.
    private(set) var outgoing: [UInt8] = []
    /// The body if it is large.
    private(set) var outgoingBody: [UInt8] = []
    // Read for each request: a look into the submission costs a check of exclusive access.
    private(set) var id: RequestID
    private(set) var method: HTTPMethod
    private(set) var isStream: Bool
    private(set) var isCounted: Bool
    private(set) var startedAt: MonotonicTime
    private(set) var span: RequestSpan?
    private(set) var upload: Upload?
    /// The only engine that it may go to; nil for any.
    var target: ConnectionPool?
    /// The engine that it goes to.
    var pool: ConnectionPool?
    /// Connects there that had failed when it came.
    var failuresBefore = 0
    /// What connecting to other engines met before.
    var connectAttempts: [EngineError.Attempt] = []
    /// Connects that had failed for it when it left an engine's queue.
    var connectFailures = 0
    /// Since when it is one by which its engine is judged.
    var trialSince: MonotonicTime?
    /// The look-up that it waits for, or waited for.
    var lookup: UserLookup?
    /// The opening of its body's file.
    var opening: BlockingCall?
    /// Whether the connection of the last try had not served before.
    var hasFailedFresh = false
    // Asked only until the end, while the task waits.
    private var task: WaitingTask?
    /// Whether its caller's task was cancelled.
    var isCancelled: Bool { task?.isCancelled ?? false }
    /// Whom to tell of a probe's end.
    var onProbeEnd: ((Result<EngineResponse, EngineError>) -> Void)?
    /// Since when it waits for a connection.
    var waitsSince: MonotonicTime
    var sentAt = MonotonicTime.distantFuture
    var connection: ConnectionID?
    var phase = RequestPhase.waiting
    /// When `timeout`, `stallTimeout` or `totalTimeout` passes, whichever is first.
    private(set) var deadline: MonotonicTime
    /// When `totalTimeout` passes.
    private(set) var totalDeadline: MonotonicTime
    var phaseDeadline = MonotonicTime.distantFuture
    /// Where the table has it; the table's to set.
    var place = 0
    var attempts: [EngineError.Attempt] = []
    /// Where the body of a streamed response goes, once the head is there.
    private(set) var channel: BodyChannel?
    /// Of a streamed response whose head is there; else 0.
    private(set) var status = 0
    private(set) var hasEnded = false
    /// Bytes of a streamed request that had gone out when its deadline was set.
    var bytesSentBefore = 0
    /// Whether a streamed request was not all written when its deadline was set.
    var isBeingWritten = false
    /// What is left of `timeout` while the caller's producer is waited for.
    private var timeLeft: Int64?

    /// - Parameter totalTimeout: For a request without a limit of its own.
    init(_ submission: consuming Submission, upload: Upload?, totalTimeout: Int64) {
        totalDeadline = submission.totalDeadline(unlessOwn: totalTimeout)
        deadline = min(submission.deadline, totalDeadline)
        id = submission.id
        method = submission.request.method
        isStream = submission.isStream
        isCounted = submission.isCounted
        startedAt = submission.startedAt
        waitsSince = submission.startedAt
        span = submission.span
        task = submission.task
        self.submission = consume submission
        self.upload = upload
    }

    /// Gives it the body that was not to be had before.
    func setUpload(_ upload: Upload) { self.upload = upload }

    /// The body's file, as long as it is not open.
    var unopenedFile: String? {
        guard submission.feed != nil, upload == nil,
            case .file(let path) = submission.request.body.content
        else { return nil }
        return path
    }

    /// What it is made ready with, for the log.
    var preparation: String? {
        switch phase {
        case .lookingUp: lookup?.name.debugDescription
        case .opening: unopenedFile?.debugDescription
        default: nil
        }
    }

    /// Bytes of the body that were sent, as far as they are counted: of a produced one those that
    /// the kernel took, else all.
    var bodySize: Int { upload?.sentBytes ?? submission.body.count }

    /// The connection that carries it.
    var client: ClientConnection? {
        connection.flatMap { pool?.connections[$0.index] }
    }

    /// Makes what is to be sent.
    ///
    /// - Throws: ``RequestEncodingError`` when this is no request that can be sent.
    func encode(with heads: inout RequestHeads) throws(RequestEncodingError) {
        outgoing.removeAll(keepingCapacity: true)
        outgoingBody = []
        // Part by part: together with what it is written to, the whole would be copied.
        try heads.write(
            method, submission.request.path, submission.request.headers,
            upload?.producer.framing ?? .length(submission.body.count),
            contentType: submission.request.body.contentType, into: &outgoing)
        let body = submission.body
        if body.count > Self.joinedBodySize { outgoingBody = body } else { outgoing += body }
    }

    // A small body is cheaper to copy behind the head than to gather in the kernel.
    private static let joinedBodySize = 4_096

    /// Whether the object can serve as another request's when this one has ended.
    var isReusable: Bool {
        !isStream && target == nil && upload == nil && attempts.isEmpty && outgoingBody.isEmpty
            && connectAttempts.isEmpty && lookup == nil && !submission.request.headers.hasSecret
            && outgoing.capacity <= Self.keptSize
    }

    /// Whether its caller wants the number of a user alone.
    var wantsUser: Bool {
        if case .user = submission.caller { true } else { false }
    }

    /// Whether the client made it itself, to see how an engine is.
    var isProbe: Bool {
        if case .probe = submission.caller { true } else { false }
    }

    // What an object that waits for its next request may keep of the last one.
    private static let keptSize = 8_192

    /// Makes the object a new request's.
    func reuse(for submission: consuming Submission, upload: Upload?, totalTimeout: Int64) {
        totalDeadline = submission.totalDeadline(unlessOwn: totalTimeout)
        deadline = min(submission.deadline, totalDeadline)
        id = submission.id
        method = submission.request.method
        isStream = submission.isStream
        isCounted = submission.isCounted
        startedAt = submission.startedAt
        waitsSince = submission.startedAt
        span = submission.span
        task = submission.task
        self.submission = consume submission
        self.upload = upload
        connection = nil
        trialSince = nil
        sentAt = .distantFuture
        phase = .waiting
        phaseDeadline = .distantFuture
        channel = nil
        status = 0
        hasEnded = false
        bytesSentBefore = 0
    }

    // MARK: Time

    /// Gives it so much time from now on, and no more than `totalTimeout` leaves.
    func limit(by nanoseconds: Int64, now: MonotonicTime) {
        deadline = min(now.advanced(by: nanoseconds), totalDeadline)
        timeLeft = nil
    }

    /// Stops the clock of `timeout` or `stallTimeout`: the caller has the next move.
    func stopClock(now: MonotonicTime) {
        timeLeft = timeLeft ?? deadline.nanoseconds(since: now)
        deadline = totalDeadline
    }

    /// Goes on with the time that was left when the clock was stopped.
    func resumeClock(now: MonotonicTime) {
        if let timeLeft { limit(by: timeLeft, now: now) }
    }

    /// Which limit has passed.
    func passedLimit(now: MonotonicTime) -> RequestLimit {
        guard deadline <= now else { return .phase(phase) }
        if totalDeadline <= now { return .totalTimeout }
        if isProbe { return .healthCheckTimeout }
        return channel == nil ? .timeout : .stallTimeout
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
        status = head.status
        resume(.success((head, channel)))
    }

    /// The connection that the caller wanted is there.
    func connected() {
        guard !hasEnded, case .connection(let resume) = submission.caller else { return }
        hasEnded = true
        task = nil
        resume(.success(()))
    }

    /// The user that the caller wanted is known.
    func lookedUp(_ id: UInt32) {
        guard !hasEnded, case .user(let resume) = submission.caller else { return }
        hasEnded = true
        task = nil
        resume(.success(id))
    }

    func end(_ result: consuming Result<EngineResponse, EngineError>) {
        guard !hasEnded else { return }
        hasEnded = true
        task = nil
        opening?.cancel()
        if let feed = submission.feed {
            upload?.stop()
            feed.finish()
        }
        switch submission.caller {
        case .response(let resume):
            resume(result)
        case .connection(let resume):
            resume(result.map { _ in })
        case .user(let resume):
            if case .failure(let error) = result { resume(.failure(error)) }
        case .probe:
            onProbeEnd?(result)
        case .stream(let resume):
            if let channel {
                channel.finish(result.map(\.trailers))
            } else if case .failure(let error) = result {
                resume(.failure(error))
            }
        }
    }
}
