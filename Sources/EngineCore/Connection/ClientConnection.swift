/// One pooled connection: feeds what arrives to the parser and the request's machine, and tells
/// the pool of the end. Lives on the loop's thread.
final class ClientConnection: PipeStreamHandler {
    /// How a request on the connection ended without a response.
    struct Failure: Sendable {
        enum Cause: Sendable {
            case lost(any Error)
            case malformed(HTTPParseError)
            /// The request's body could not be had in full.
            case bodyFailed(any Error)
            case expired(RequestLimit)
            case cancelled
            case closed
        }

        let cause: Cause
        let delivery: RequestDelivery
        let phase: RequestPhase
        /// Nil for a request that had no connection.
        let progress: EngineError.Progress?
        /// What had arrived of a response whose head is there.
        var response: EngineError.Response?
    }

    /// The request that the connection carries.
    var request: PendingRequest?
    /// When it was made; nil as long as it is being made.
    var openedAt: MonotonicTime?

    private let id: ConnectionID
    private let pool: ConnectionPool
    let stream: PipeStream
    private let expectedPeer: ExpectedPeer?

    private static let keptBodySize = 4_096

    private let parserCell: LoopCell<ResponseParser>
    var parser: ResponseParser {
        _read { yield parserCell.value }
        _modify { yield &parserCell.value }
    }
    private let machineCell = LoopCell(RequestMachine())
    private var machine: RequestMachine {
        _read { yield machineCell.value }
        _modify { yield &machineCell.value }
    }
    /// Whether a request is under way.
    private var isBusy = false
    var head: ResponseHead?
    var body: [UInt8] = []
    /// Bytes that are sure to be the body's; not up to date between the steps of the parser.
    var bodyBytesToCome = 0
    private var served = 0
    private var sentBefore = 0
    private var received = 0
    private var bodyEncoder: BodyEncoder?
    private var isStepInFlight = false
    private var hasBeenRead = false
    private var isReadingPaused = false

    init(
        _ id: ConnectionID, pool: ConnectionPool, limits: HTTPLimits, expectedPeer: ExpectedPeer?
    ) throws(LibUVError) {
        self.id = id
        self.pool = pool
        self.expectedPeer = expectedPeer
        stream = try PipeStream(on: pool.loop)
        parserCell = LoopCell(ResponseParser(limits: limits))
        stream.setHandler(self)
    }

    func connect(to path: SocketPath) {
        stream.connect(to: path)
    }

    func close() {
        stream.close()
    }

    /// Bytes of the request that the kernel has taken.
    var bytesSent: Int { stream.bytesWritten - sentBefore }

    /// Whether the kernel has taken all of the request.
    var isWritten: Bool { machine.isWritten }

    /// Whether the peer has read nothing of the request yet; nil where nobody can tell.
    var isUnreadByPeer: Bool? {
        // A full socket that drained was read from; a broken one says nothing.
        if hasBeenRead || stream.hasDrained { return false }
        return isBusy && !machine.isWriteBroken ? stream.hasBytesUnreadByPeer : nil
    }

    // MARK: Sending

    func send(_ request: PendingRequest) {
        self.request = request
        // Sent in parts, of which the first ones may be read when the last one is not.
        let isWhole = request.upload == nil
        machine.begin(
            requestSize: isWhole ? request.outgoing.count + request.outgoingBody.count : .max,
            hasBody: !isWhole || request.bodySize > 0)
        isBusy = true
        // Without an allocation when whoever got the last response has let go of it.
        body.removeAll(keepingCapacity: true)
        parser.startResponse(
            to: request.method, isCollected: !request.isStream)
        bodyEncoder = request.upload.map { BodyEncoder($0.producer.framing) }
        isStepInFlight = false
        hasBeenRead = false
        sentBefore = stream.bytesWritten
        received = 0
        var failure: LibUVError?
        do throws(LibUVError) {
            switch try stream.write(request.outgoing, request.outgoingBody) {
            case .complete where bodyEncoder?.isComplete ?? true: machine.sentAll()
            case .complete, .pending: machine.sentPart()
            }
        } catch {
            if stream.bytesWritten > sentBefore { machine.sentPart() }
            failure = error
        }
        if let failure { return failedToWrite(failure) }
        // Not before the head is out: a connection that had died costs a body nothing.
        request.upload?.start()
        noteProgress()
    }

    private var dispatcher: RequestDispatcher { pool.dispatcher }

    private var isTimed: Bool { dispatcher.limitsPhases || request?.isStream == true }

    // What the caller takes its time for is no delay of the engine's.
    private func noteProgress() {
        guard isTimed, let request else { return }
        let awaitsProducer = request.upload?.isActive == true && !machine.isWritten
        let isCallersTurn = isReadingPaused || awaitsProducer && !stream.isWriting
        if isCallersTurn {
            dispatcher.waitsForCaller(request, in: phase)
        } else {
            dispatcher.progressed(request, to: phase)
        }
    }

    func streamDidWrite() {
        hasBeenRead = true
        if isStepInFlight {
            sentStep()
        } else {
            if bodyEncoder?.isComplete ?? true { machine.sentAll() }
            noteProgress()
        }
        continueUpload()
    }

    /// Sends what the producer of the request's body offers, when the socket is free.
    func continueUpload() {
        guard let upload = request?.upload, !stream.isWriting, let step = upload.next else {
            return
        }
        do throws(BodyEncoder.Mismatch) {
            switch step {
            case .chunk(let chunk):
                noteWhetherRead()
                writeStep(try bodyEncoder?.prefix(count: chunk.count) ?? [], chunk)
            case .end:
                writeStep(try bodyEncoder?.end() ?? [], [])
            case .failure(let error):
                abandon(.bodyFailed(error))
            }
        } catch {
            abandon(.bodyFailed(error))
        }
    }

    private func writeStep(_ framing: [UInt8], _ chunk: [UInt8]) {
        do throws(LibUVError) {
            isStepInFlight = true
            if try stream.write(framing, chunk) == .complete { sentStep() } else { noteProgress() }
        } catch {
            failedToWrite(error)
        }
    }

    private func sentStep() {
        isStepInFlight = false
        if case .end? = request?.upload?.next { machine.sentAll() }
        if bodyEncoder?.isComplete == true { machine.sentAll() }
        request?.upload?.sent()
        noteProgress()
    }

    // Later parts may wait unread though the engine has long been at work on earlier ones.
    private func noteWhetherRead() {
        if served == 0, !hasBeenRead, stream.hasBytesUnreadByPeer == false { hasBeenRead = true }
    }

    func streamDidFailToWrite(_ error: LibUVError) {
        failedToWrite(error)
    }

    private func failedToWrite(_ error: LibUVError) {
        if error == .brokenPipe || error == .connectionReset {
            // Reading tells the rest: a response sent before the close is still to be had.
            machine.failedToWrite()
            request?.upload?.stop()
            noteProgress()
        } else {
            end(machine.lost(isReset: false), .lost(error))
        }
    }

    // MARK: Receiving

    func streamDidConnect() {
        do {
            if let expectedPeer {
                let peer = try stream.peerCredentials()
                guard expectedPeer.isMet(by: peer) else { throw UntrustedSocket.peer(peer) }
            }
            try stream.startReading()
            pool.opened(id)
        } catch {
            failedToConnect(error)
        }
    }

    func streamDidFailToConnect(_ error: LibUVError) {
        failedToConnect(error)
    }

    private func failedToConnect(_ error: any Error) {
        pool.failedToOpen(id, error)
    }

    func streamDidRead(_ bytes: RawSpan) {
        guard isBusy else {
            // Bytes that answer nothing: whatever comes next on this connection is suspect.
            return pool.idleEnded(id)
        }
        if served == 0, !machine.hasResponse {
            pool.responded(id)
        }
        noteReceived(bytes.byteCount)
        proceed(bytes)
    }

    func noteReceived(_ count: Int) {
        machine.received()
        received += count
        noteProgress()
    }

    /// Takes the parser's next steps.
    func proceed(_ bytes: RawSpan) {
        do throws(HTTPParseError) {
            try parse(bytes)
        } catch {
            end(machine.receivedGarbage(), .malformed(error))
        }
    }

    private func parse(_ bytes: RawSpan) throws(HTTPParseError) {
        var offset = 0
        while true {
            switch try parser.next(bytes, from: &offset) {
            case .needMore:
                return setBodyBytesToCome(parser.bodyBytesToCome)
            case .head(let head):
                receivedHead(head)
            case .body(let range):
                if let channel = request?.channel {
                    var chunk: [UInt8] = []
                    chunk.append(bytes, in: range)
                    if !channel.append(chunk) { pauseReading() }
                } else {
                    body.append(bytes, in: range)
                }
            case .end:
                setBodyBytesToCome(0)
                return complete(hasLeftover: offset < bytes.byteCount)
            }
        }
    }

    private func receivedHead(_ head: ResponseHead) {
        machine.receivedHead(head)
        self.head = head
        // Who refuses a request has no use for the rest of its body.
        if !HTTPStatus.isSuccess(head.status), let upload = request?.upload {
            upload.stop()
            noteProgress()
        }
        if let request, request.isStream {
            dispatcher.answer(request, head)
            // From here on `stallTimeout` counts.
            noteProgress()
        } else if case .length(let length) = head.framing {
            body.reserveCapacity(min(length, 1 << 20))
        }
    }

    func pauseReading() {
        guard !isReadingPaused else { return }
        isReadingPaused = true
        stream.stopReading()
        noteProgress()
    }

    /// Reads again after the consumer of a streamed body has made room.
    func resumeReading() {
        guard isReadingPaused else { return }
        isReadingPaused = false
        do throws(LibUVError) {
            try stream.startReading()
            noteProgress()
        } catch {
            end(machine.lost(isReset: false), .lost(error))
        }
    }

    func streamDidReachEnd() {
        lost(.endOfFile)
    }

    func streamDidFailToRead(_ error: LibUVError) {
        lost(error)
    }

    private func lost(_ error: LibUVError) {
        guard isBusy else { return pool.idleEnded(id) }
        // A server that answers early may reset what it has not read after all that it wrote.
        let mayBeWhole = error == .endOfFile || !machine.isWritten
        if mayBeWhole, (try? parser.endOfInput()) != nil {
            complete(hasLeftover: true)
        } else {
            end(machine.lost(isReset: error == .connectionReset), .lost(error))
        }
    }

    func streamDidClose() {
        // The loop may have closed the stream over a request's head.
        abandon(.closed)
        pool.closed(id)
    }

    // MARK: Ending

    /// Ends the request early; the connection is to be closed.
    func abandon(_ cause: Failure.Cause) {
        guard isBusy, !machine.hasEnded else { return }
        end(machine.abandon(isUnread: stream.hasBytesUnreadByPeer), cause)
    }

    private func complete(hasLeftover: Bool) {
        guard let head,
            case .complete(let release) = machine.receivedEnd(hasLeftover: hasLeftover)
        else { return }
        let response = EngineResponse(
            status: head.status, headers: head.fields, body: body,
            trailers: parser.takeTrailers())
        served += 1
        isBusy = false
        bodyEncoder = nil
        resumeReading()
        self.head = nil
        if body.capacity > Self.keptBodySize { body = [] }
        pool.completed(id, response, release)
    }

    private func end(_ action: RequestMachine.Action, _ cause: Failure.Cause) {
        guard case .fail(let delivery) = action else { return }
        let progress = EngineError.Progress(
            bytesSent: bytesSent, bytesReceived: received,
            isReusedConnection: served > 0)
        let response = head.map { head in
            EngineError.Response(
                status: head.status, headers: head.fields,
                body: request?.isStream == true ? [] : body, isBodyTruncated: true)
        }
        let failure = Failure(
            cause: cause, delivery: delivery, phase: phase, progress: progress, response: response)
        pool.failed(id, failure)
    }

    private var phase: RequestPhase {
        guard isBusy else { return .waiting }
        if machine.hasResponse { return .receiving }
        return machine.isWritten ? .awaiting : .writing
    }
}
