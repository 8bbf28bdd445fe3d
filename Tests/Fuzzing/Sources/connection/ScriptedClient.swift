import EngineRuntime
import EngineSansIO
import FuzzSupport

@testable import EngineCore

/// The client of one endpoint, with a script for the peer, the callers and the clock: checks what the
/// endpoint and its connections promise.
final class ScriptedClient: EndpointDelegate {
    private let telemetry = ClientTelemetry(EngineConfiguration(), loop: EngineLoop())
    private static let path = try? SocketPath("/scripted.sock")
    private static let connectErrors: [LibUVError] = [
        .connectionRefused, .tryAgain, .notADirectory, .noSuchFile,
    ]
    private static let response = Array(
        "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\nContent-Length: 2\r\n\r\n{}".utf8)
    private static let shortResponse = Array("HTTP/1.1 204 \r\n\r\n".utf8)

    private let world = ScriptedWorld()
    private var configuration = EngineConfiguration()
    private var settings: ClientSettings
    private var endpoint: Endpoint<ScriptedNetwork>?
    private var heads = RequestHeads()
    private var active: [Exchange] = []
    private var submittedCount = 0
    private var endedCount = 0
    private var wakeUp = MonotonicTime.distantFuture
    private var isClosed = false

    init(_ input: inout FuzzInput) {
        configuration.limits = input.nextLimits()
        let choice = input.next()
        configuration.maximumConnections = 1 + choice & 3
        configuration.maximumQueueLength = [0, 1, 3, 8][choice >> 2 & 3]
        configuration.retries = choice >> 4 & 3
        if choice & 64 != 0 { configuration.maximumConnectionAge = .milliseconds(20) }
        if choice & 128 != 0 { configuration.idleTimeout = .zero }
        if input.next() & 1 != 0 { configuration.phaseTimeouts.firstByte = .seconds(1) }
        settings = ClientSettings(configuration)
        guard let path = Self.path else { return }
        endpoint = Endpoint(
            path: path, number: 1, configuration: configuration,
            network: ScriptedNetwork(world: world), telemetry: telemetry.endpoint(path),
            generator: SplitMix64(seed: 1), delegate: self)
    }

    // MARK: The script

    func step(_ input: inout FuzzInput) {
        let code = input.next()
        let choice = code >> 4
        switch code & 15 {
        case 0: submit(choice)
        case 1: pick(choice) { $0.state == .connecting }?.connected()
        case 2: failToConnect(choice)
        case 3: deliver(input.next(input.next()), choice)
        case 4: deliver(Self.response, choice)
        case 5: pick(choice) { $0.state == .open }?.end(isReset: false)
        case 6: pick(choice) { $0.state == .open }?.end(isReset: true)
        case 7: pick(choice) { $0.isWriting && $0.state != .closing }?.finishWrite()
        case 8: world.takesWrites = choice & 1 == 0
        case 9: pick(choice) { $0.isWriting && $0.state != .closing }?.failWrite()
        case 10: cancel(choice)
        case 11: pass(Int64(1) << (16 + 2 * Int64(choice)))
        case 12: pick(choice) { $0.state == .closing }?.finishClose()
        case 13: world.isUnread = [nil, true, false][choice % 3]
        case 14: reconfigure(choice)
        default: if choice == 15 { close() } else { world.breaksWrites = choice & 3 == 0 }
        }
        checkCounts()
    }

    private func pick(_ choice: Int, _ isMeant: (ScriptedStream) -> Bool) -> ScriptedStream? {
        let meant = world.streams.filter(isMeant)
        return meant.isEmpty ? nil : meant[choice % meant.count]
    }

    private func submit(_ choice: Int) {
        var request = EngineRequest(choice & 1 == 0 ? .get : .post, "/")
        if choice & 2 != 0 { request.method = .head }
        if choice & 4 != 0 { request.body = .bytes([UInt8](repeating: 0, count: 5_000)) }
        let exchange = Exchange(
            request, kind: choice == 15 ? .connection : .response, timeout: 5_000_000_000,
            totalTimeout: .max, startedAt: world.now)
        exchange.setCaller(.callback { [unowned self] _ in ended(exchange) })
        submittedCount += 1
        active.append(exchange)
        exchange.isAccepted = true
        do throws(RequestEncodingError) {
            try exchange.encode(with: &heads)
        } catch {
            require(false, "\(error)")
        }
        endpoint?.submit(exchange, now: world.now)
    }

    private func ended(_ exchange: Exchange) {
        require(active.contains { $0 === exchange }, "an exchange ended twice")
        require(exchange.connection == nil, "an exchange ended with a connection")
        require(!exchange.waiter.isWaiting, "an exchange ended in the queue")
        active.removeAll { $0 === exchange }
        exchange.isAccepted = false
        endedCount += 1
    }

    private func failToConnect(_ choice: Int) {
        guard let stream = pick(choice, { $0.state == .connecting }) else { return }
        stream.failedToConnect(Self.connectErrors[choice >> 2 & 3])
        require(stream.state == .closing, "a stream was kept after a failure")
    }

    private func deliver(_ bytes: [UInt8], _ choice: Int) {
        guard !bytes.isEmpty else { return }
        pick(choice) { $0.state == .open && $0.isReading }?.deliver(bytes)
    }

    private func cancel(_ choice: Int) {
        guard !active.isEmpty else { return }
        abandon(active[choice % active.count], .cancelled)
    }

    private func abandon(_ exchange: Exchange, _ cause: ExchangeFailure.Cause) {
        guard let endpoint, !endpoint.abandon(exchange, cause) else { return }
        finish(exchange)
        endpoint.perform(now: world.now)
    }

    private func finish(_ exchange: Exchange) {
        endpoint?.leave(exchange)
        exchange.end(.failure(.closed))
    }

    private func pass(_ nanoseconds: Int64) {
        world.now = world.now.advanced(by: nanoseconds)
        wake()
        for exchange in active where exchange.deadline <= world.now {
            guard exchange.isAccepted else { continue }
            abandon(exchange, .expired(exchange.deadlines.passedLimit(now: world.now)))
        }
    }

    private func wake() {
        guard wakeUp <= world.now else { return }
        wakeUp = .distantFuture
        endpoint?.wake(now: world.now)
        require(wakeUp > world.now, "a timer that is due again at once")
    }

    private func reconfigure(_ choice: Int) {
        configuration.maximumConnections = 1 + choice & 3
        if choice & 4 != 0 { configuration.limits.headSize += 1 }
        configuration.phaseTimeouts.firstByte = choice & 8 == 0 ? nil : .seconds(1)
        settings = ClientSettings(configuration)
        endpoint?.reconfigure(configuration, now: world.now)
    }

    private func close() {
        isClosed = true
        endpoint?.beginClose()
    }

    // MARK: Promises

    private func checkCounts() {
        guard let endpoint else { return }
        let figures = endpoint.figures
        let live = world.streams.count { $0.state != .closing }
        require(figures.live == live, "\(figures.live) connections for \(live)")
        require(submittedCount == endedCount + active.count, "an exchange was lost")
        require(figures.outstanding == active.count, "\(figures.outstanding) are outstanding")
        require(
            figures.active + figures.waiting == active.count,
            "\(figures.active) leased, \(figures.waiting) waiting of \(active.count)")
        require(figures.unproven <= 1, "two connections at once on trial")
    }

    /// The engine answers everything from now on: nothing may wait for ever.
    func drain() {
        world.isUnread = false
        world.takesWrites = true
        world.breaksWrites = false
        var rounds = 0
        while !active.isEmpty {
            rounds += 1
            require(rounds < 2_000, "\(active.count) exchanges wait for ever")
            for stream in world.streams {
                switch stream.state {
                case .connecting: stream.connected()
                case .closing: stream.finishClose()
                case .open where stream.isWriting: stream.finishWrite()
                case .open: answer(stream)
                case .halfClosed: break
                }
            }
            checkCounts()
            if wakeUp < .distantFuture { pass(max(0, wakeUp.nanoseconds(since: world.now))) }
        }
    }

    private func answer(_ stream: ScriptedStream) {
        stream.deliver(Self.shortResponse)
        // The script may have left half a response, which the close then ends.
        if stream.state == .open, rest(of: stream) { stream.end(isReset: false) }
    }

    private func rest(of stream: ScriptedStream) -> Bool {
        (stream.handler as? Connection<ScriptedNetwork>)?.exchange != nil
    }

    func shutDown() {
        close()
        checkCounts()
        require(active.isEmpty, "\(active.count) exchanges outlive the endpoint")
        while let stream = pick(0, { $0.state == .closing }) { stream.finishClose() }
        require(world.streams.isEmpty, "a stream outlives the endpoint")
        guard let endpoint else { return require(false, "no endpoint") }
        require(endpoint.isEmpty, "a connection outlives the endpoint")
        let closed = endpoint.figures.totals.closed.values.reduce(0, +)
        require(closed == world.madeCount, "\(closed) of \(world.madeCount) streams were closed")
    }

    // MARK: Endpoint ▶ Client

    func completed(
        _ exchange: Exchange, _ response: consuming EngineResponse, at endpoint: EndpointTelemetry,
        now: MonotonicTime
    ) {
        exchange.end(.success(response))
    }

    func failed(_ exchange: Exchange, _ failure: ExchangeFailure, now: MonotonicTime) {
        require(
            failure.delivery != .neverSent || failure.progress?.bytesSent ?? 0 == 0,
            "sent, and yet never sent")
        guard case .lost(let cause) = failure.cause, !isClosed,
            RetryDecision(
                after: failure.delivery, attempts: exchange.attempts.count, limit: settings.retries,
                repeatability: exchange.repeatability,
                isOver: exchange.deadlines.isOver(now: now)) == .retry
        else { return finish(exchange) }
        exchange.attempts.append(EngineError.Attempt(failure: cause, delivery: failure.delivery))
        endpoint?.retry(
            exchange, isFresh: failure.progress?.isReusedConnection == false, now: now)
    }

    func rejected(_ exchange: Exchange, _ error: EngineError) { finish(exchange) }

    func ended(_ exchange: Exchange, _ cause: ExchangeFailure.Cause) {
        require(exchange.connection == nil, "ended on a connection")
        finish(exchange)
    }

    func connected(_ exchange: Exchange) { finish(exchange) }

    func received(_ head: ResponseHead, for exchange: Exchange) {
        require(false, "no exchange streams")
    }

    func progressed(
        _ exchange: Exchange, _ phase: ExchangePhase, _ progress: ExchangeDeadlines.Progress?,
        isCallersTurn: Bool
    ) {
        exchange.enter(phase, progress, settings, now: world.now)
    }

    func lostConnections(of endpoint: Int, isPermanent: Bool, now: MonotonicTime) {}

    func healthChanged(of endpoint: Int, now: MonotonicTime) {}

    func publishHealth() {}

    func wake(at time: MonotonicTime) { wakeUp = min(wakeUp, time) }

    func check(_ endpoint: Int, now: MonotonicTime) {}

    func closedConnection() {}

    func loopEnded() {}
}
