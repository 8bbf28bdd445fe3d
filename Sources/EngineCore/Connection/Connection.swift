internal import EngineRuntime
internal import EngineSansIO

/// One connection to an engine, and the exchange that it carries; lives on the loop's thread.
///
/// It reports to its endpoint: opened, responded, completed, failed and closed.
final class Connection<Network: Transport>: PipeStreamHandler {
    /// The exchange that it carries.
    private(set) var exchange: Exchange?
    /// When it was connected; nil before.
    private(set) var openedAt: MonotonicTime?
    /// Whether the phases of exchanges have time limits.
    var limitsPhases: Bool

    private let id: ConnectionID
    private let endpoint: Endpoint<Network>
    let stream: Network.Stream
    private let expectedPeer: ExpectedPeer?

    private static var keptBodySize: Int { 4_096 }

    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    var parser: ResponseParser
    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    private var machine = ExchangeMachine()
    private(set) var head: ResponseHead?
    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    var body: [UInt8] = []
    /// Bytes that are the body's whatever they are; not up to date between the steps of the parser.
    var bodyBytesToCome = 0
    private var served = 0
    private var sentBefore = 0
    private var received = 0
    private var bodyEncoder: BodyEncoder?
    private var isStepInFlight = false
    private var hasBeenRead = false
    private var isReadingPaused = false

    init(
        _ id: ConnectionID, of endpoint: Endpoint<Network>, on stream: Network.Stream,
        limits: HTTPLimits, expectedPeer: ExpectedPeer?, limitsPhases: Bool
    ) {
        self.id = id
        self.endpoint = endpoint
        self.stream = stream
        self.expectedPeer = expectedPeer
        self.limitsPhases = limitsPhases
        parser = ResponseParser(limits: limits)
        stream.setHandler(self)
    }

    func connect(to path: SocketPath) { stream.connect(to: path) }

    func close() { stream.close() }

    /// How much of the request the kernel has taken.
    var progress: ExchangeDeadlines.Progress {
        ExchangeDeadlines.Progress(bytesSent: bytesSent, isWritten: machine.isWritten)
    }

    private var bytesSent: Int { stream.bytesWritten - sentBefore }

    /// Whether the peer has read nothing of the request yet; nil where the system can't tell.
    var isUnreadByPeer: Bool? {
        // A full socket that drained was read from; a broken one says nothing.
        if hasBeenRead || stream.hasDrained { return false }
        return exchange != nil && !machine.isWriteBroken ? stream.hasBytesUnreadByPeer : nil
    }

    // MARK: Sending

    func send(_ exchange: Exchange) {
        self.exchange = exchange
        // A produced body is sent in parts: the first ones may be read when the last one is not.
        let upload = exchange.upload
        machine.begin(
            requestSize: upload == nil
                ? exchange.outgoing.count + exchange.outgoingBody.count : .max,
            hasBody: upload != nil || exchange.bodySize > 0)
        // Without an allocation when the reader of the last response has dropped it.
        body.removeAll(keepingCapacity: true)
        parser.startResponse(to: exchange.request.method, isCollected: !exchange.isStream)
        bodyEncoder = upload.map { BodyEncoder($0.producer.framing) }
        isStepInFlight = false
        hasBeenRead = false
        sentBefore = stream.bytesWritten
        received = 0
        do throws(LibUVError) {
            switch try stream.write(exchange.outgoing, exchange.outgoingBody) {
            case .complete where bodyEncoder?.isComplete ?? true: machine.sentAll()
            case .complete, .pending: machine.sentPart()
            }
        } catch {
            if stream.bytesWritten > sentBefore { machine.sentPart() }
            return failedToWrite(error)
        }
        // Not before the head is out: a dead connection costs a body nothing.
        upload?.start()
        noteProgress()
    }

    /// Restarts the limits that count from the last progress.
    private func noteProgress() {
        guard let exchange, limitsPhases || exchange.isStream else { return }
        let awaitsProducer = exchange.upload?.isActive == true && !machine.isWritten
        let isCallersTurn = isReadingPaused || awaitsProducer && !stream.isWriting
        endpoint.progressed(exchange, phase, progress, isCallersTurn: isCallersTurn)
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
        guard let upload = exchange?.upload, !stream.isWriting, let step = upload.next else {
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
        if case .end? = exchange?.upload?.next { machine.sentAll() }
        if bodyEncoder?.isComplete == true { machine.sentAll() }
        exchange?.upload?.sent()
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
            // A response that was sent before the close can still be read.
            machine.failedToWrite()
            exchange?.upload?.stop()
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
            openedAt = endpoint.opened(id)
        } catch {
            endpoint.failedToOpen(id, error)
        }
    }

    func streamDidFailToConnect(_ error: LibUVError) {
        endpoint.failedToOpen(id, error)
    }

    func streamDidRead(_ bytes: RawSpan) {
        // Bytes that answer no request: the next response on this connection would be suspect.
        guard exchange != nil else { return endpoint.idleEnded(id) }
        if served == 0, !machine.hasResponse { endpoint.responded(id) }
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
                receivedBody(bytes, range)
            case .end:
                setBodyBytesToCome(0)
                return complete(hasLeftover: offset < bytes.byteCount)
            }
        }
    }

    private func receivedHead(_ head: ResponseHead) {
        machine.receivedHead(head)
        self.head = head
        guard let exchange else { return }
        // A refusal has no use for the rest of the request's body.
        if let upload = exchange.upload, !HTTPStatus.isSuccess(head.status) {
            upload.stop()
            noteProgress()
        }
        if exchange.isStream {
            endpoint.received(head, for: exchange)
            // From here on `stallTimeout` counts.
            noteProgress()
        } else if case .length(let length) = head.framing {
            body.reserveCapacity(min(length, 1 << 20))
        }
    }

    private func receivedBody(_ bytes: RawSpan, _ range: Range<Int>) {
        guard let channel = exchange?.channel else { return body.append(bytes, in: range) }
        var chunk: [UInt8] = []
        chunk.append(bytes, in: range)
        if !channel.append(chunk) { pauseReading() }
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
        guard exchange != nil else { return endpoint.idleEnded(id) }
        // A server that answers early may reset the connection after all that it wrote.
        let mayBeWhole = error == .endOfFile || !machine.isWritten
        if mayBeWhole, (try? parser.endOfInput()) != nil {
            complete(hasLeftover: true)
        } else {
            end(machine.lost(isReset: error == .connectionReset), .lost(error))
        }
    }

    func streamDidClose() {
        // A loop that is shut down closes streams that carry an exchange.
        abandon(.closed)
        endpoint.closed(id)
    }

    // MARK: The end of an exchange

    /// Ends the exchange early; the connection is to be closed.
    func abandon(_ cause: ExchangeFailure.Cause) {
        guard exchange != nil, !machine.hasEnded else { return }
        end(machine.abandon(isUnread: stream.hasBytesUnreadByPeer), cause)
    }

    private func complete(hasLeftover: Bool) {
        guard let exchange, let head,
            case .complete(let release) = machine.receivedEnd(hasLeftover: hasLeftover)
        else { return }
        let response = EngineResponse(
            status: head.status, headers: head.fields, body: body,
            trailers: parser.takeTrailers())
        served += 1
        self.exchange = nil
        bodyEncoder = nil
        if isReadingPaused { resumeReading() }
        self.head = nil
        if body.capacity > Self.keptBodySize { body = [] }
        endpoint.completed(exchange, response, on: id, release)
    }

    private func end(_ action: ExchangeMachine.Action, _ cause: ExchangeFailure.Cause) {
        guard let exchange, case .fail(let delivery) = action else { return }
        let failure = ExchangeFailure(
            cause: cause, delivery: delivery, phase: phase,
            progress: EngineError.Progress(
                bytesSent: bytesSent, bytesReceived: received, isReusedConnection: served > 0),
            response: head.map { head in
                EngineError.Response(
                    status: head.status, headers: head.fields,
                    body: exchange.isStream ? [] : body, isBodyTruncated: true)
            })
        self.exchange = nil
        endpoint.failed(exchange, failure, on: id)
    }

    private var phase: ExchangePhase {
        if machine.hasResponse { return .receiving }
        return machine.isWritten ? .awaiting : .writing
    }
}
