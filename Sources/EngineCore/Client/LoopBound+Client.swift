internal import EngineRuntime
internal import EngineSansIO

// The client from any thread.
extension LoopBound<Client> {
    /// Submits an exchange whose result its caller waits for.
    func submit(_ exchange: Exchange) {
        if loop.isOnLoopThread {
            object.submit(exchange, now: exchange.startedAt)
        } else {
            let exchange = LoopBound<Exchange>(exchange, to: loop)
            run { $0.submit(exchange.object, now: .current) }
        }
    }

    /// Ends an exchange whose caller's task was cancelled.
    func cancel(_ exchange: LoopBound<Exchange>, use: UInt64) {
        // Never at once, where the caller is on the loop: a log handler that cancels is called in the
        // middle of what happens to the exchange.
        loop.submitLast { object.abandon(exchange.object, use: use, .cancelled) }
    }

    /// Looks a user up, with the deadline and the cancellation of a request.
    func userID(of name: String, within timeout: Duration) async throws(EngineError) -> UInt32 {
        if Task.isCancelled { throw .cancelledEarly }
        let exchange = Exchange(
            EngineRequest(.head, "/"), kind: .user, timeout: timeout.clampedNanoseconds,
            totalTimeout: .max, startedAt: .current)
        exchange.lookup = UserLookup(name)
        let result: Result<UInt32, EngineError> = await self.result(of: exchange) { .user($0) }
        return try result.get()
    }

    /// Submits an exchange and waits for its result; cancelling the task ends it.
    nonisolated(nonsending) func result<Success: Sendable>(
        of exchange: Exchange,
        _ caller: (Resumption<Result<Success, EngineError>>) -> Exchange.Caller
    ) async -> Result<Success, EngineError> {
        let cancellation = ExchangeCancellation(exchange, of: self)
        return await withTaskCancellationHandler {
            await suspend { resume in
                exchange.setCaller(caller(resume))
                submit(exchange)
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    func closeSoon() {
        run { $0.beginClose() }
    }

    /// Adopts another configuration.
    ///
    /// - Parameters:
    ///   - number: Of the call; one that arrives behind a later call changes nothing.
    ///   - record: Called on the loop in between: of calls that overlap, the last one wins in both
    ///     places.
    /// - Returns: Whether the client is open.
    func reconfigure(
        _ configuration: EngineConfiguration, paths: [SocketPath], number: UInt64,
        record: @escaping @Sendable () -> Void
    ) async -> Bool {
        await suspend { resume in
            run { client in
                guard !client.isClosed else { return resume(false) }
                guard client.lastReconfiguration < number else { return resume(true) }
                client.lastReconfiguration = number
                record()
                client.reconfigure(configuration, paths: paths)
                resume(true)
            }
        }
    }

    /// Ends all exchanges and waits until every socket is closed.
    func close() async {
        await withCheckedContinuation { continuation in
            run { $0.close(then: continuation) }
        }
    }

    /// Takes no more exchanges, lets those that there are end, and waits until every socket is
    /// closed.
    ///
    /// Cancelling the task ends all exchanges at once.
    func close(finishingWithin limit: Int64) async {
        let deadline = MonotonicTime.current.advanced(by: max(0, limit))
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                run { $0.drain(until: deadline, then: continuation) }
            }
        } onCancel: {
            closeSoon()
        }
    }

    var statistics: EngineStatistics {
        get async {
            await suspend { resume in
                run { resume($0.statistics) }
            }
        }
    }
}

/// Cancels one use of an exchange, from any thread.
struct ExchangeCancellation: Sendable {
    private let client: LoopBound<Client>
    // Apart from its atomic members it is the loop's.
    nonisolated(unsafe) private let exchange: Exchange
    private let use: UInt64

    /// - Parameter exchange: Not submitted yet.
    init(_ exchange: Exchange, of client: LoopBound<Client>) {
        self.client = client
        unsafe self.exchange = exchange
        use = exchange.use
    }

    func cancel() {
        unsafe exchange.noteCancellation(of: use)
        client.cancel(unsafe LoopBound(exchange, to: client.loop), use: use)
    }
}
