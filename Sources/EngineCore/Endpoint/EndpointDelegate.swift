internal import EngineSansIO

/// What an endpoint reports to its client.
protocol EndpointDelegate: AnyObject {
    /// An exchange got its complete response.
    func completed(
        _ exchange: Exchange, _ response: consuming EngineResponse, at endpoint: EndpointTelemetry,
        now: MonotonicTime)
    /// An exchange lost its connection, or ended early on it.
    func failed(_ exchange: Exchange, _ failure: ExchangeFailure, now: MonotonicTime)
    /// An exchange ends without having been sent.
    func rejected(_ exchange: Exchange, _ error: EngineError)
    /// An exchange that is to be sent has ended: its caller was cancelled, or its time is over.
    func ended(_ exchange: Exchange, _ cause: ExchangeFailure.Cause)
    /// A caller that waits for a connection has one.
    func connected(_ exchange: Exchange)
    /// A streamed response begins.
    func received(_ head: ResponseHead, for exchange: Exchange)
    /// An exchange is in another phase, or has made progress in one.
    func progressed(
        _ exchange: Exchange, _ phase: ExchangePhase, _ progress: ExchangeDeadlines.Progress?,
        isCallersTurn: Bool)
    /// Connecting failed and no connection is left: waiting exchanges may do better elsewhere.
    func lostConnections(of endpoint: Int, isPermanent: Bool, now: MonotonicTime)
    /// The health of an endpoint, or its statistics, changed.
    func healthChanged(of endpoint: Int, now: MonotonicTime)
    /// Endpoints are to be woken at a time.
    func wake(at time: MonotonicTime)
    /// The health of an endpoint is to be reported, though it gets no more exchanges for it.
    func publishHealth()
    /// A health check is due.
    func check(_ endpoint: Int, now: MonotonicTime)
    /// A connection is gone.
    func closedConnection()
    /// The loop is being shut down.
    func loopEnded()
}
