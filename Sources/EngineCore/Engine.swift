internal import Synchronization
internal import Tracing

/// A client of one engine.
///
/// Any number of tasks may use it at once. Its connections live on an `EngineLoop`; close it, or
/// use ``withEngine(configuration:loop:_:)``, which does.
public final class Engine: Sendable {
    /// What the client works with: what it was made with, or was given last.
    public var configuration: EngineConfiguration { settings.withLock { $0.configuration } }
    /// The loop that its connections live on.
    public let loop: EngineLoop

    private struct Settings {
        var configuration: EngineConfiguration
        /// Why no request can be sent; nil when requests can.
        var failure: EngineError?
    }

    private let settings: Locked<Settings>
    private let client: LoopBound<Client>
    private let healthBoard: HealthBoard
    private let spareExchanges = SpareExchanges()
    private let tracer: (any Tracer)?
    // Cheaper to ask than a tracer is to copy.
    private let isTraced: Bool
    private let registry = ModuleRegistry()
    // Copies of what each request asks for, without a lock.
    private let timeout: Atomic<Int64>
    private let totalTimeout: Atomic<Int64>
    private let hasFailure: Atomic<Bool>
    private let acceptsCompression: Atomic<Bool>
    private let opening = Opening()
    private let lastReconfiguration = Atomic<UInt64>(0)

    /// Makes a client. Nothing is opened before the first request; a socket path that can't be
    /// used shows in the error of each request.
    ///
    /// - Parameters:
    ///   - configuration: How the client talks to its engine.
    ///   - loop: A loop of the caller's own instead of the shared one.
    public convenience init(
        configuration: EngineConfiguration = .init(), loop: EngineLoop = .shared
    ) {
        self.init(configuration: configuration, loop: loop, systemCalls: SystemCalls())
    }

    /// Makes a client that asks others than the system.
    package init(
        configuration: EngineConfiguration, loop: EngineLoop = .shared, systemCalls: SystemCalls
    ) {
        self.loop = loop
        var failure: EngineError?
        var paths: [SocketPath] = []
        do throws(EngineError) {
            paths = try configuration.endpoints()
            try configuration.validateTimeouts()
        } catch {
            failure = error
        }
        settings = Locked(Settings(configuration: configuration, failure: failure))
        timeout = Atomic(configuration.timeout.clampedNanoseconds)
        totalTimeout = Atomic(configuration.totalTimeout.clampedNanoseconds)
        hasFailure = Atomic(failure != nil)
        acceptsCompression = Atomic(configuration.acceptsCompression)
        tracer = configuration.activeTracer
        isTraced = tracer != nil
        healthBoard = HealthBoard(
            EngineHealth(
                endpoints: paths.map { .init(socketPath: $0.description, state: .unknown) }))
        client =
            Client(
                loop: loop, paths: paths, configuration: configuration, healthBoard: healthBoard,
                spareExchanges: spareExchanges, systemCalls: systemCalls,
                seed: .random(in: 0 ... .max)
            ).bound
    }

    deinit {
        if opening.isOpen { client.closeSoon() }
    }

    /// Sends a request and answers with its whole response, whatever the status is.
    ///
    /// The request ends exactly once: with a complete response or with an error that says whether
    /// the engine can have run it. Cancelling the task ends it at once. With a body that a sequence
    /// makes, this returns when the sequence's iteration has ended too: see
    /// ``RequestBody/stream(_:length:isRepeatable:contentType:)``.
    ///
    /// - Throws: ``EngineError``: see its codes.
    public func execute(_ request: EngineRequest) async throws(EngineError) -> EngineResponse {
        if request.acceptsCompression ?? acceptsCompression.load(ordering: .relaxed) {
            return try await executeDecoding(request)
        }
        if isTraced || request.body.isMadeWhileSent {
            return try await executeTraced(request)
        }
        return try await submit(request, .response) { .response($0) }
    }

    private func executeTraced(
        _ request: EngineRequest
    ) async throws(EngineError) -> EngineResponse {
        var request = request
        let span = span(for: &request)
        guard request.body.isMadeWhileSent else {
            return try await submit(request, .response, nil, span) { .response($0) }
        }
        let feed = UploadFeed()
        async let producer: Void = feed.run()
        let result: Result<EngineResponse, EngineError>
        do throws(EngineError) {
            result = .success(
                try await submit(request, .response, feed, span) { .response($0) })
        } catch {
            result = .failure(error)
        }
        await producer
        return try result.get()
    }

    /// Sends a request and answers when the head of the response is there; the body follows.
    ///
    /// Both bodies move in bounded memory, at the pace of the slower side.
    /// ``EngineConfiguration/timeout`` limits the time up to the final response's head,
    /// ``EngineConfiguration/stallTimeout`` each stretch without progress after it. Neither counts
    /// the time in which a consumer or a producer of the caller's has the next move;
    /// ``EngineConfiguration/totalTimeout`` does. See <doc:Timeouts>. A streamed response has no limit
    /// of size.
    ///
    /// A sequence that makes the request's body may go on while the response's body is taken, in a
    /// task of its own with the caller's task-local values and priority. It is over before this
    /// throws, and before the response's body ends or throws.
    ///
    /// - Throws: ``EngineError``: see its codes. What goes wrong after the head is thrown by the
    ///   body's iterator.
    public func stream(_ request: EngineRequest) async throws(EngineError) -> EngineResponseStream {
        if request.acceptsCompression ?? acceptsCompression.load(ordering: .relaxed) {
            return try await streamDecoding(request)
        }
        var request = request
        let span = span(for: &request)
        let feed = request.body.isMadeWhileSent ? UploadFeed() : nil
        let producer = feed.map { feed in Task { await feed.run() } }
        let (head, channel): (ResponseHead, BodyChannel)
        let cancellation: ExchangeCancellation
        do throws(EngineError) {
            let exchange = try exchange(for: request, .stream, feed, span)
            cancellation = ExchangeCancellation(exchange, of: client)
            (head, channel) = try await client.result(of: exchange) { .stream($0) }.get()
        } catch {
            await producer?.value
            throw error
        }
        let body = ResponseBody(
            channel, after: head, of: self, producer: producer, abandon: cancellation.cancel)
        return EngineResponseStream(status: head.status, headers: head.fields, body: body)
    }

    /// Sees to it that there is a connection, ahead of the first request.
    ///
    /// It is kept for ``EngineConfiguration/idleTimeout`` if no request comes. Tells a program that
    /// starts whether its engine is there: ``EngineConfiguration/timeout``, retries and cancellation
    /// are those of a request.
    ///
    /// - Throws: ``EngineError``, such as ``EngineError/Code/connection``.
    public func connect() async throws(EngineError) {
        try await submit(EngineRequest(.head, "/"), .connection) { .connection($0) }
    }

    private func submit<Success>(
        _ request: EngineRequest, _ kind: Exchange.Kind, _ feed: UploadFeed? = nil,
        _ span: RequestSpan? = nil,
        for caller: (Resumption<Result<Success, EngineError>>) -> Exchange.Caller
    ) async throws(EngineError) -> Success {
        let exchange = try exchange(for: request, kind, feed, span)
        return try await client.result(of: exchange, caller).get()
    }

    /// An exchange to submit.
    ///
    /// - Throws: ``EngineError`` where it would be in vain; nothing is started then.
    private func exchange(
        for request: EngineRequest, _ kind: Exchange.Kind, _ feed: UploadFeed?,
        _ span: RequestSpan?
    ) throws(EngineError) -> Exchange {
        let startedAt = MonotonicTime.current
        let timeout = request.timeout?.clampedNanoseconds ?? timeout.load(ordering: .relaxed)
        do throws(EngineError) {
            if Task.isCancelled { throw .cancelledEarly }
            try startLoop()
            try opening.open()
        } catch {
            span?.failed(error, status: 0, by: nil, resends: 0)
            feed?.finish()
            throw error
        }
        let isSimple = kind == .response && feed == nil && span == nil
        if isSimple, loop.isOnLoopThread {
            return client.object.exchange(for: request, timeout: timeout, startedAt: startedAt)
        }
        let totalTimeout = totalTimeout.load(ordering: .relaxed)
        if isSimple, let exchange = spareExchanges.take() {
            exchange.reuse(
                request, timeout: timeout, totalTimeout: totalTimeout, startedAt: startedAt)
            return exchange
        }
        return Exchange(
            request, kind: kind, timeout: timeout, totalTimeout: totalTimeout,
            startedAt: startedAt, feed: feed, span: span)
    }

    private func span(for request: inout EngineRequest) -> RequestSpan? {
        guard let tracer else { return nil }
        let paths = configuration.socketPaths
        return RequestSpan(tracer, &request, socketPath: paths.count == 1 ? paths.first : nil)
    }

    private func startLoop() throws(EngineError) {
        try opening.refuseClosed()
        if hasFailure.load(ordering: .acquiring), let failure = settings.withLock({ $0.failure }) {
            throw failure
        }
        do throws(LibUVError) {
            try loop.start()
        } catch {
            throw .loopUnavailable(error)
        }
    }

    /// Runs the caller's code on the loop's thread, where requests cost no change of thread.
    ///
    /// Code there must not block: all connections of the loop wait for it.
    ///
    /// - Throws: What the operation throws, and `LibUVError` when the loop can't start.
    public func runOnLoop<Success: Sendable>(
        _ operation: @Sendable @concurrent () async throws -> Success
    ) async throws -> Success {
        try await loop.run(operation)
    }

    /// Ends what is in flight with an error, closes every connection and waits until that is done.
    ///
    /// Requests made later fail. May be called more than once. A client that was never used is closed
    /// at once, without its loop. One that was waits for its loop to turn: where that waits for
    /// `EngineLoop.run()`, or for a host, so does this.
    public func close() async {
        guard !closeWithoutLoop() else { return }
        await client.close()
    }

    /// Takes no more requests, lets those that there are end, then closes every connection and waits
    /// until that is done.
    ///
    /// From the call on, new requests fail with ``EngineError/Code/unexpected``; what is in flight or
    /// waits for a connection goes on, retries and streamed bodies included. What has not ended when
    /// the limit is over ends with an error, as does all of it at once when the task is cancelled or
    /// ``close()`` is called. May be called more than once: the earliest limit counts. The limit, too,
    /// is watched by the loop: see ``close()`` for a loop that nobody turns.
    ///
    /// - Parameter limit: How long to go on, at most; `.unlimited` until the last request has ended,
    ///   zero or less is ``close()``.
    public func close(finishingWithin limit: Duration) async {
        guard !closeWithoutLoop() else { return }
        await client.close(finishingWithin: limit.clampedNanoseconds)
    }

    /// - Returns: Whether there is nothing to wait for.
    private func closeWithoutLoop() -> Bool {
        // A loop that has ended has closed all, and one of the parent's is not to be touched.
        guard opening.closeUnopened() else { return (try? loop.start()) == nil }
        healthBoard.close()
        return true
    }

    /// What the connections and the queue are doing, and what they have done so far.
    ///
    /// Of a client that was used the loop answers, when it turns. Empty in a child of `fork()`.
    public var statistics: EngineStatistics {
        get async {
            let unopened = opening.whileUnopened { client.inspectBeforeUse { $0.statistics } }
            if let unopened { return unopened }
            guard (try? loop.start()) != nil else { return EngineStatistics() }
            return await client.statistics
        }
    }

    // MARK: Operation

    /// Goes on under another configuration, without losing a request.
    ///
    /// - ``EngineConfiguration/timeout`` holds for requests made from now on,
    ///   ``EngineConfiguration/phaseTimeouts`` from each request's next phase on.
    /// - ``EngineConfiguration/retries`` and limits of connections hold at once, for requests under
    ///   way too.
    /// - Settings of sockets and of responses hold from the next connection on: open ones are
    ///   replaced as they come free.
    /// - Requests that wait for an engine that is no longer named go to another one; those on their
    ///   way there end there.
    ///
    /// A user that ``EngineConfiguration/expectedPeer`` names is looked up first, for at most the new
    /// timeout. Of calls that overlap, the one made last counts.
    ///
    /// - Throws: ``EngineError`` when the configuration is not valid, when its user is not known, and
    ///   when looking the user up takes too long or is cancelled: then nothing has changed.
    public func reconfigure(_ configuration: EngineConfiguration) async throws(EngineError) {
        let number = lastReconfiguration.add(1, ordering: .relaxed).newValue
        try configuration.validate()
        let paths = try configuration.endpoints()
        try opening.refuseClosed()
        do throws(LibUVError) {
            try loop.start()
        } catch {
            throw .loopUnavailable(error)
        }
        try opening.open()
        var applied = configuration
        if let name = configuration.expectedPeer?.userName {
            applied.expectedPeer?.user = .id(
                try await client.userID(of: name, within: configuration.timeout))
        }
        let isApplied = await client.reconfigure(
            applied, paths: paths, number: number
        ) { [self] in
            settings.withLock { $0 = Settings(configuration: configuration, failure: nil) }
            timeout.store(configuration.timeout.clampedNanoseconds, ordering: .relaxed)
            totalTimeout.store(configuration.totalTimeout.clampedNanoseconds, ordering: .relaxed)
            acceptsCompression.store(configuration.acceptsCompression, ordering: .relaxed)
            hasFailure.store(false, ordering: .releasing)
        }
        guard isApplied else { throw .closed }
    }

    /// How the engines are, as far as requests and checks have told.
    public var health: EngineHealth { healthBoard.health }

    /// How the engines are: now, and after each change. It ends when the client is closed.
    ///
    /// Slow consumers get only the latest value. With a ``EngineConfiguration/healthCheck``, the checks
    /// begin when somebody iterates over this, or with the first request.
    public var healthChanges: some AsyncSequence<EngineHealth, Never> & Sendable {
        HealthChanges(engine: self)
    }

    /// Begins the checks, where there are any to make.
    func watchHealth() -> AsyncStream<EngineHealth> {
        if loop.isInherited { return AsyncStream { $0.finish() } }
        if configuration.healthCheck != nil, (try? opening.open()) != nil {
            client.run { $0.startChecks() }
        }
        return healthBoard.changes()
    }

    // MARK: Modules

    /// Adds a module type under its name.
    ///
    /// - Throws: ``EngineError/Code/unexpected`` when the name is taken.
    public func register(_ type: any EngineModule.Type) throws(EngineError) {
        try registry.add([type])
    }

    #if os(Linux)
        /// Adds every module type that the program carries an ``EngineModuleRecord`` of.
        ///
        /// - Returns: The names of what was added, sorted; empty when there is no record.
        /// - Throws: ``EngineError/Code/unexpected`` when a name is taken or two records have the
        ///   same, or when what is in the section is no record. Then none is added.
        @discardableResult
        public func registerLinkedModules() throws(EngineError) -> [String] {
            let types = try LinkedModules.types()
            try registry.add(types)
            return types.map { $0.name }.sorted()
        }
    #endif

    /// The module of a type, registered or not.
    public func module<Module: EngineModule>(_ type: Module.Type) -> Module {
        Module(engine: self)
    }

    /// The module that was registered under a name; nil when none was.
    public func module(named name: String) -> (any EngineModule)? {
        registry.type(named: name)?.init(engine: self)
    }

    /// The names of the registered modules, sorted.
    public var moduleNames: [String] { registry.names }
}
