internal import EngineRuntime
internal import EngineSansIO
internal import Metrics

/// What one endpoint reports of itself; lives on the loop's thread.
final class EndpointTelemetry {
    private let client: ClientTelemetry
    /// The engine's socket.
    let address: String
    private let metrics: EndpointMetrics?

    /// Exchanges that ended there with a complete response.
    private(set) var succeeded = 0
    /// Exchanges that ended there without one.
    private(set) var failed = 0
    /// Tries that failed there and were followed by another.
    private(set) var retries: [RequestDelivery: Int] = [:]
    /// Times that its breaker opened.
    private(set) var breakerOpenings = 0

    private var lastState = EngineHealth.EndpointState.unknown
    private var lastStarved = 0
    var limiters = LogLimiters()

    init(_ client: ClientTelemetry, address: String, factory: (any MetricsFactory)?) {
        self.client = client
        self.address = address
        metrics = factory.map { EndpointMetrics($0, address: address) }
    }

    private var log: ClientLog { client.log }

    // MARK: Exchanges

    /// An exchange has got a connection.
    func leased(_ exchange: Exchange, now: MonotonicTime) {
        guard let metrics, exchange.isCounted else { return }
        metrics.waited(nanoseconds: max(0, now.nanoseconds(since: exchange.waitsSince)))
    }

    func retried(_ delivery: RequestDelivery) { retries[delivery, default: 0] += 1 }

    func answered(_ exchange: Exchange, status: Int, received: Int, nanoseconds: Int64) {
        succeeded += 1
        metrics?.ended(
            RequestOutcome(exchange.request.method, status: status), nanoseconds: nanoseconds,
            sent: exchange.bodySize, received: received)
    }

    func failed(_ exchange: Exchange, _ error: EngineError, nanoseconds: Int64) {
        failed += 1
        metrics?.ended(
            RequestOutcome(exchange.request.method, error, status: exchange.status),
            nanoseconds: nanoseconds, sent: exchange.bodySize,
            received: exchange.channel?.received ?? 0)
    }

    func shed(_ exchange: Exchange, limit: Int, now: MonotonicTime) {
        log.shed(exchange, limit: limit, by: self, now: now)
    }

    // MARK: Connections

    func opened(_ connection: ConnectionID, now: MonotonicTime) {
        log.opened(connection, of: self, now: now)
    }

    func failedToConnect(_ error: any Error, now: MonotonicTime) {
        log.failedToConnect(error, to: self, now: now)
    }

    /// A connection is gone.
    func closed(
        _ connection: ConnectionID, after nanoseconds: Int64, _ reason: ConnectionCloseReason?,
        now: MonotonicTime
    ) {
        metrics?.connectionEnded(nanoseconds: nanoseconds)
        log.closed(connection, after: nanoseconds, reason, of: self, now: now)
    }

    /// The kernel was asked whether a first request is unread.
    ///
    /// - Parameter starved: First requests that have starved so far.
    func sampled(starved: Int, limit: Int, now: MonotonicTime) {
        guard starved != lastStarved else { return }
        lastStarved = starved
        log.starved(self, limit: limit, now: now)
    }

    // MARK: From time to time

    /// Something about connections or queue may have changed.
    ///
    /// - Returns: When that is to be published, unless it is known already.
    func changed(now: MonotonicTime) -> MonotonicTime? { client.wantPublication(now: now) }

    /// The engine's state may have changed.
    ///
    /// - Returns: When that is to be published, unless it is known already.
    func observe(
        _ state: EngineHealth.EndpointState, lastFailure: String?, now: MonotonicTime
    ) -> MonotonicTime? {
        let last = lastState
        guard state != last else { return nil }
        lastState = state
        if state == .broken { breakerOpenings += 1 }
        log.changed(self, from: last, to: state, lastFailure: lastFailure)
        return client.wantPublication(now: now)
    }

    func publish(_ figures: EndpointFigures, _ state: EngineHealth.EndpointState) {
        metrics?.publish(figures, state, self)
    }

    func end(_ figures: EndpointFigures, _ state: EngineHealth.EndpointState) {
        metrics?.publish(figures, state, self)
        metrics?.end()
    }
}
