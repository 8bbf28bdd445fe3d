internal import EngineCore
internal import EngineRuntime
internal import EngineSansIO

/// One connection of an embedded engine, with the manners of the measured one: one request at a
/// time, what is pipelined behind it is lost, silence ends it.
final class ServerConnection: PipeStreamHandler {
    private enum State {
        /// Can become `handling` or `closing`.
        case reading
        /// Waits for the answer. Can become `pausing` or what that can become.
        case handling(RequestHead, FaultInjector.Outcome)
        /// Holds the answer back. Can become `reading`, `silent` or `closing`.
        case pausing(RequestHead, EmbeddedResponse, Fault?)
        /// Never answers, whatever comes. Can become `closing`.
        case silent
        /// Final.
        case closing
    }

    private let number: Int
    private let server: EmbeddedServer
    private let stream: PipeStream
    private var timer: LoopTimer?
    private var state = State.reading
    private var parser = RequestParser()
    private var head: RequestHead?
    private var body: [UInt8] = []
    private var served = 0
    private var closesAfterWrite = false

    init(_ number: Int, server: EmbeddedServer, stream: PipeStream) {
        self.number = number
        self.server = server
        self.stream = stream
    }

    func start() {
        stream.setHandler(self)
        timer = try? LoopTimer(on: server.loop) { [unowned self] in timeHasCome() }
        listenForRequest()
    }

    func close() {
        state = .closing
        timer?.close()
        stream.close()
    }

    private func listenForRequest() {
        state = .reading
        parser.startRequest()
        head = nil
        body = []
        timer?.arm(
            afterNanoseconds: server.configuration.idleTimeout.clampedNanoseconds)
        do throws(LibUVError) {
            try stream.startReading()
        } catch {
            close()
        }
    }

    private func timeHasCome() {
        switch state {
        // A request whose length never came is refused; silence between requests just ends.
        case .reading: if head == nil { close() } else { refuse() }
        case .pausing(let head, let response, let fault): send(response, to: head, fault)
        case .handling, .silent, .closing: break
        }
    }

    private func refuse() {
        closesAfterWrite = true
        write(
            EmbeddedResponse(status: 400).encoded(to: .post, persistence: ["Connection": "close"]))
    }

    // MARK: Reading

    func streamDidRead(_ bytes: RawSpan) {
        guard case .reading = state else { return }
        do throws(HTTPParseError) {
            try parse(bytes)
        } catch {
            refuse()
        }
    }

    private func parse(_ bytes: RawSpan) throws(HTTPParseError) {
        var offset = 0
        while case .reading = state {
            switch try parser.next(bytes, from: &offset) {
            case .needMore:
                return
            case .head(let head):
                self.head = head
                if head.expectsContinue { write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
                let expectsBody = [.post, .put, .patch].contains(head.method)
                // The measured engine waits for a body of unknown length until silence ends it.
                if head.framing == nil, expectsBody { return }
            case .body(let range):
                body.append(bytes, in: range)
            case .end:
                // What is pipelined behind it is lost.
                if let head { return handle(head) }
            }
        }
    }

    private func handle(_ head: RequestHead) {
        stream.stopReading()
        timer?.disarm()
        let request = EmbeddedRequest(
            method: head.method, path: head.target, headers: head.fields, body: body)
        let (server, number) = (server, number)
        let outcome = server.assumeIsolated {
            $0.log(request)
            return $0.takeOutcome(path: request.path)
        }
        state = .handling(head, outcome)
        guard let handler = server.handler else {
            return answer(server.assumeIsolated { $0.run(request) })
        }
        Task(executorPreference: server.loop.taskExecutor) {
            let response = await handler(request)
            await server.answer(number, response)
        }
    }

    // MARK: Answering

    func answer(_ response: EmbeddedResponse) {
        guard case .handling(let head, let outcome) = state else { return }
        var delay = outcome.delay
        var fault = outcome.fault
        if case .delay(let longer)? = response.fault {
            delay += longer
        } else if fault == nil {
            fault = response.fault
        }
        guard delay > .zero, let timer else { return send(response, to: head, fault) }
        state = .pausing(head, response, fault)
        timer.arm(afterNanoseconds: delay.clampedNanoseconds)
    }

    private func send(_ response: EmbeddedResponse, to head: RequestHead, _ fault: Fault?) {
        state = .pausing(head, response, fault)
        served += 1
        let limit = server.configuration.requestsPerConnection
        let persists = head.persists && head.minorVersion > 0 && served < limit
        let idleSeconds = server.configuration.idleTimeout.components.seconds
        let persistence: HeaderFields =
            persists
            ? ["Keep-Alive": "timeout=\(idleSeconds), max=\(limit)"] : ["Connection": "close"]
        closesAfterWrite = !persists
        let bytes = response.encoded(to: head.method, persistence: persistence)
        switch fault {
        case nil, .delay:
            write(bytes)
        case .neverAnswer:
            waitForClose()
        case .reset:
            close()
        case .truncate(let count):
            closesAfterWrite = true
            write(Array(bytes.prefix(max(0, count))))
        case .garbage(let garbage):
            write(garbage)
        case .closeAfter(let count):
            closesAfterWrite = closesAfterWrite || served >= count
            write(bytes)
        }
    }

    // A client that has given up must not cost a worker for ever.
    private func waitForClose() {
        state = .silent
        do throws(LibUVError) {
            try stream.startReading()
        } catch {
            close()
        }
    }

    private func write(_ bytes: [UInt8]) {
        do throws(LibUVError) {
            if try stream.write(bytes) == .complete { streamDidWrite() }
        } catch {
            close()
        }
    }

    func streamDidWrite() {
        if closesAfterWrite {
            close()
        } else if case .pausing = state {
            listenForRequest()
        }
    }

    func streamDidReachEnd() { close() }
    func streamDidFailToRead(_ error: LibUVError) { close() }
    func streamDidFailToWrite(_ error: LibUVError) { close() }
    func streamDidConnect() {}
    func streamDidFailToConnect(_ error: LibUVError) {}

    func streamDidClose() {
        timer?.close()
        server.assumeIsolated { [number] in $0.didClose(number) }
    }
}
