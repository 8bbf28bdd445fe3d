internal import EngineRuntime
internal import EngineSansIO
internal import Synchronization

/// One request from its submission to its one end.
///
/// Made by the caller's thread, from its submission to its end the loop's alone, apart from its
/// cancellation. Its object is used again.
final class Exchange: DeadlineHolder {
    /// What receives the result.
    enum Caller {
        /// Receives a response.
        case response(Resumption<Result<EngineResponse, EngineError>>)
        /// Receives a response's head, and its body as it arrives.
        case stream(Resumption<Result<(ResponseHead, BodyChannel), EngineError>>)
        /// Waits for a connection; nothing is sent.
        case connection(Resumption<Result<Void, EngineError>>)
        /// Waits for the number of the user of a name; nothing is sent.
        case user(Resumption<Result<UInt32, EngineError>>)
        /// Receives the response, on the loop.
        case callback((Result<EngineResponse, EngineError>) -> Void)
    }

    // MARK: The request

    private(set) var request: EngineRequest
    private var caller: Caller?
    let kind: Kind
    private(set) var timeout: Int64
    private(set) var startedAt: MonotonicTime
    /// Where a body is made that is made while it is sent.
    let feed: UploadFeed?
    private(set) var upload: Upload?
    /// Where the call is traced.
    let span: RequestSpan?
    /// The head, and the body if it is small.
    private(set) var outgoing: [UInt8] = []
    /// The body if it is large.
    private(set) var outgoingBody: [UInt8] = []

    enum Kind {
        case response, stream, connection, user, probe
    }

    // MARK: Its way

    // Counts the uses of the object: a cancellation of an earlier request must not end this one.
    private let useCount = Atomic<UInt64>(0)
    // The last use that was cancelled, noted ahead of the cancellation's way through the loop.
    private let cancelledUse = Atomic<UInt64>(.max)
    /// Whether its caller is on the loop.
    let isFromLoop: Bool
    /// Counts the client's exchanges, for logs; the client's to set.
    var number: UInt64 = 0
    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    private(set) var deadlines: ExchangeDeadlines
    var queueEntry = DeadlineQueueEntry()
    private(set) lazy var waiter = PoolWaiter()
    /// The number of the endpoint that it was given to; nil while it has none.
    var endpoint: Int?
    /// The connection that carries it, of its endpoint.
    var connection: ConnectionID?
    /// The number of the only endpoint that it may go to; nil for any.
    private(set) var target: Int?
    /// When it became the trial of a half-open endpoint.
    var trialSince: MonotonicTime?
    /// When it began to wait for a connection.
    var waitsSince: MonotonicTime
    var sentAt = MonotonicTime.distantFuture
    /// Tries that failed after a connection was leased.
    var attempts: [EngineError.Attempt] = []
    /// Failures to connect to endpoints that it has left.
    var connectAttempts: [EngineError.Attempt] = []
    /// Failed connects of its endpoint when it came there.
    var failuresBefore = 0
    /// The look-up of a user that it waits for, or waited for.
    var lookup: UserLookup?
    /// The opening of its body's file.
    var opening: BlockingCall?
    /// Whether the connection of the last try had carried no response before.
    var hasFailedFresh = false
    /// Where the body of a streamed response goes, once the head is there.
    private(set) var channel: BodyChannel?
    /// The status of a streamed response whose head is there; else 0.
    private(set) var status = 0
    /// Whether it is among the client's exchanges; the client's to set.
    var isAccepted = false

    /// - Parameter totalTimeout: Of the client, in nanoseconds.
    init(
        _ request: EngineRequest, kind: Kind, timeout: Int64, totalTimeout: Int64,
        startedAt: MonotonicTime, feed: UploadFeed? = nil, span: RequestSpan? = nil,
        target: Int? = nil, isFromLoop: Bool = false
    ) {
        self.isFromLoop = isFromLoop
        self.request = request
        self.kind = kind
        self.timeout = timeout
        self.startedAt = startedAt
        self.feed = feed
        self.span = span
        self.target = target
        waitsSince = startedAt
        deadlines = Self.deadlines(request, kind, timeout, totalTimeout, startedAt)
    }

    /// Makes the object a new request's, of the same kind.
    func reuse(
        _ request: EngineRequest, timeout: Int64, totalTimeout: Int64, startedAt: MonotonicTime
    ) {
        useCount.add(1, ordering: .releasing)
        self.request = request
        self.timeout = timeout
        self.startedAt = startedAt
        waitsSince = startedAt
        sentAt = .distantFuture
        deadlines = Self.deadlines(request, kind, timeout, totalTimeout, startedAt)
    }

    private static func deadlines(
        _ request: EngineRequest, _ kind: Kind, _ timeout: Int64, _ totalTimeout: Int64,
        _ startedAt: MonotonicTime
    ) -> ExchangeDeadlines {
        var total = request.totalTimeout?.clampedNanoseconds ?? totalTimeout
        // A check is the client's own: `healthCheck.timeout` limits it.
        if kind == .probe { total = .max }
        return ExchangeDeadlines(
            startedAt: startedAt, timeout: timeout, totalTimeout: total, isStream: kind == .stream,
            isProbe: kind == .probe)
    }

    // What an object that waits for its next request may keep of the last one.
    private static let keptSize = 8_192

    /// Whether the object can serve as another request's when this one has ended.
    var isReusable: Bool {
        kind == .response && feed == nil && span == nil && lookup == nil && attempts.isEmpty
            && connectAttempts.isEmpty && outgoingBody.isEmpty && trialSince == nil
            && outgoing.capacity <= Self.keptSize && !request.headers.hasSecret
    }

    /// Whether statistics, logs and metrics count it: a request of the caller's that is sent.
    var isCounted: Bool {
        switch kind {
        case .response, .stream: true
        case .connection, .user, .probe: false
        }
    }

    var isStream: Bool { kind == .stream }
    var phase: ExchangePhase { deadlines.phase }

    // MARK: Submission

    /// Sets what receives the result.
    func setCaller(_ caller: Caller) { self.caller = caller }

    /// The number of its use; from any thread.
    var use: UInt64 { useCount.load(ordering: .acquiring) }

    /// Notes that the caller's task was cancelled; from any thread.
    func noteCancellation(of use: UInt64) { cancelledUse.store(use, ordering: .relaxed) }

    /// Whether its caller's task was cancelled.
    var isCancelled: Bool { cancelledUse.load(ordering: .relaxed) == use }

    /// Sets a body that was not available before.
    func setUpload(_ upload: Upload) { self.upload = upload }

    /// The path of the body's file until it is open.
    var unopenedFile: String? {
        guard feed != nil, upload == nil, case .file(let path) = request.body.content else {
            return nil
        }
        return path
    }

    /// The user or file that it waits for, for the log.
    var preparation: String? {
        switch phase {
        case .lookingUp: lookup?.name.debugDescription
        case .opening: unopenedFile?.debugDescription
        default: nil
        }
    }

    /// Bytes of the body that were sent: of a produced one those that the kernel took, else all.
    var bodySize: Int { upload?.sentBytes ?? request.body.bytes.count }

    /// Writes head and body for the wire.
    ///
    /// - Throws: ``RequestEncodingError`` for an invalid request.
    func encode(with heads: inout RequestHeads) throws(RequestEncodingError) {
        outgoing.removeAll(keepingCapacity: true)
        let body = request.body.bytes
        try heads.write(
            request.method, request.path, request.headers,
            upload?.producer.framing ?? .length(body.count), contentType: request.body.contentType,
            into: &outgoing)
        if body.count > Self.joinedBodySize { outgoingBody = body } else { outgoing += body }
    }

    // A small body is cheaper to copy behind the head than to gather in the kernel.
    private static let joinedBodySize = 4_096

    /// What of it may be repeated.
    var repeatability: ExchangeRepeatability {
        var repeatability = ExchangeRepeatability()
        repeatability.isExcluded = request.repeatability == .never
        repeatability.isIdempotent = request.isSafeToRepeat
        repeatability.hasBody = upload?.mayRestart ?? true
        repeatability.hasAnswered = channel != nil
        return repeatability
    }

    // MARK: Time

    /// When its client is to look at it; never after its end.
    var deadline: MonotonicTime { isAccepted ? deadlines.earliest : .distantFuture }

    func enter(
        _ phase: ExchangePhase, _ progress: ExchangeDeadlines.Progress? = nil,
        _ settings: ClientSettings, now: MonotonicTime
    ) {
        deadlines.enter(
            phase, progress, limit: settings.phaseLimits[phase],
            stallTimeout: stallTimeout(settings), now: now)
    }

    func enterCallersTurn(
        _ phase: ExchangePhase, _ progress: ExchangeDeadlines.Progress?,
        _ settings: ClientSettings, now: MonotonicTime
    ) {
        deadlines.enterCallersTurn(
            phase, progress, stallTimeout: stallTimeout(settings), now: now)
    }

    func resumeClock(now: MonotonicTime) { deadlines.resumeClock(now: now) }

    func stallTimeout(_ settings: ClientSettings) -> Int64 {
        request.stallTimeout?.clampedNanoseconds ?? settings.stallTimeout
    }

    // MARK: The end

    /// Whether it has ended.
    var hasEnded: Bool { caller == nil }

    /// Hands a streamed response to the caller, who takes the body from the channel.
    func answer(_ head: ResponseHead, _ channel: BodyChannel) {
        guard case .stream(let resume)? = caller, self.channel == nil else { return }
        self.channel = channel
        status = head.status
        deadlines.receivedHead()
        resume(.success((head, channel)))
    }

    /// Ends an exchange that waited for a connection.
    func connected() {
        guard case .connection(let resume)? = caller else { return }
        caller = nil
        resume(.success(()))
    }

    /// Ends an exchange that waited for a user.
    func lookedUp(_ id: UInt32) {
        guard case .user(let resume)? = caller else { return }
        caller = nil
        resume(.success(id))
    }

    func end(_ result: consuming Result<EngineResponse, EngineError>) {
        guard let caller else { return }
        self.caller = nil
        if let feed {
            opening?.cancel()
            opening = nil
            upload?.stop()
            // It refers to this object.
            upload = nil
            feed.finish()
        }
        switch caller {
        case .response(let resume): resume(result)
        case .connection(let resume): resume(result.map { _ in })
        case .user(let resume): if case .failure(let error) = result { resume(.failure(error)) }
        case .callback(let receive): receive(result)
        case .stream(let resume):
            if let channel {
                // It refers to this object.
                self.channel = nil
                channel.finish(result.map(\.trailers))
            } else if case .failure(let error) = result {
                resume(.failure(error))
            }
        }
    }
}

/// The last use of an exchange that was cancelled; for any thread.
final class CancellationFlag: Sendable {
    private let cancelledUse = Atomic<UInt64>(.max)

    func set(_ use: UInt64) { cancelledUse.store(use, ordering: .relaxed) }

    func isSet(_ use: UInt64) -> Bool { cancelledUse.load(ordering: .relaxed) == use }
}
