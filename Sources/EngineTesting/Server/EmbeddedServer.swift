internal import EngineCore
internal import EngineRuntime

/// Listens, hands connections to workers, and keeps the log.
actor EmbeddedServer {
    nonisolated let loop: EngineLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The actor has the loop, and that the executor, for good.
        unsafe loop.serialExecutor.asUnownedSerialExecutor()
    }

    nonisolated let configuration: EmbeddedEngine.Configuration
    /// Answers in the state's place; nil where the state answers.
    nonisolated let handler: EmbeddedEngine.Handler?

    private(set) var executed: [EmbeddedRequest] = []
    private(set) var mostOpen = 0

    private var state: EngineState
    private var replies = ReplyCache()
    private var faults: FaultInjector

    private var listener: PipeListener?
    private var connections: [Int: ServerConnection] = [:]
    private var pauseTimer: LoopTimer?
    private var nextConnection = 0
    private var arrivedCount = 0
    private var hasWaiting = false
    private var stopWaiters: [CheckedContinuation<Void, Never>] = []

    init(
        loop: EngineLoop, configuration: EmbeddedEngine.Configuration, state: EngineState,
        handler: EmbeddedEngine.Handler?
    ) {
        self.state = state
        faults = FaultInjector(configuration.faults, seed: configuration.faultSeed)
        self.loop = loop
        self.configuration = configuration
        self.handler = handler
    }

    var openCount: Int { connections.count }

    func listen(on path: SocketPath) throws(LibUVError) {
        let listener = try PipeListener(on: loop)
        // libuv accepts one connection ahead of us, which the engine's backlog would hold.
        let isLimited = configuration.workers != nil
        let backlog =
            isLimited ? max(0, configuration.backlog - 1) : max(configuration.backlog, 511)
        do throws(LibUVError) {
            try listener.listen(
                on: path, backlog: Int32(clamping: backlog),
                onFailure: { _ in self.assumeIsolated { $0.acceptFailed(path) } },
                onConnection: { self.assumeIsolated { $0.connectionWaits() } })
        } catch {
            listener.close()
            throw error
        }
        self.listener = listener
    }

    // Out of descriptors: only a closed listener keeps libuv from trying for ever.
    private func acceptFailed(_ path: SocketPath) {
        listener?.close { self.assumeIsolated { $0.listenLater(on: path) } }
    }

    private func listenLater(on path: SocketPath) {
        listener = nil
        guard stopWaiters.isEmpty else { return finishStopping() }
        pauseTimer = try? LoopTimer(on: loop) { self.assumeIsolated { $0.listenAgain(on: path) } }
        pauseTimer?.arm(afterNanoseconds: 100_000_000)
    }

    private func listenAgain(on path: SocketPath) {
        pauseTimer?.close()
        pauseTimer = nil
        if (try? listen(on: path)) == nil { listenLater(on: path) }
    }

    private func connectionWaits() {
        hasWaiting = true
        acceptWaiting()
    }

    private func acceptWaiting() {
        while hasWaiting, connections.count < configuration.workers ?? .max, let listener {
            hasWaiting = false
            guard let stream = try? listener.accept(on: loop) else { return }
            let number = nextConnection
            nextConnection += 1
            let connection = ServerConnection(number, server: self, stream: stream)
            connections[number] = connection
            mostOpen = max(mostOpen, connections.count)
            connection.start()
        }
    }

    func didClose(_ number: Int) {
        connections[number] = nil
        acceptWaiting()
        finishStopping()
    }

    /// What happens to the answer of a request that has just arrived; call it once for each.
    func takeOutcome(path: String) -> FaultInjector.Outcome {
        arrivedCount += 1
        var outcome = faults.next(path: path)
        if arrivedCount.isMultiple(of: configuration.latencyEvery) {
            outcome.delay += configuration.latency
        }
        return outcome
    }

    func run(_ request: EmbeddedRequest) -> EmbeddedResponse {
        replies.answer(request, from: &state)
    }

    func withState<Success: Sendable, Failure: Error>(
        _ body: @Sendable (inout EngineState) throws(Failure) -> Success
    ) throws(Failure) -> Success {
        replies.forget()
        return try body(&state)
    }

    func log(_ request: EmbeddedRequest) {
        configuration.onRequest?(request)
        guard configuration.recordsRequests else { return }
        executed.append(
            EmbeddedRequest(
                method: request.method, path: request.path, headers: request.headers, body: []))
    }

    func answer(_ number: Int, _ response: EmbeddedResponse) {
        connections[number]?.answer(response)
    }

    func stop() async {
        await withCheckedContinuation { continuation in
            stopWaiters.append(continuation)
            if let listener {
                listener.close { self.assumeIsolated { $0.listenerClosed() } }
            } else {
                finishStopping()
            }
            pauseTimer?.close()
            pauseTimer = nil
            for connection in connections.values { connection.close() }
        }
    }

    private func listenerClosed() {
        listener = nil
        finishStopping()
    }

    private func finishStopping() {
        guard listener == nil, connections.isEmpty else { return }
        for waiter in stopWaiters { waiter.resume() }
        stopWaiters = []
    }
}
