internal import EngineRuntime
internal import EngineSansIO
internal import Metrics

/// All that a client tells of itself: counts, metrics, logs and traces; lives on the loop's thread.
///
/// Its methods are called where things happen. What can be counted from a pool's state is read from
/// time to time instead, while there is something new: see ``publish(_:now:)``.
final class ClientTelemetry {
    // Often enough for any scraper, and too seldom to be felt.
    private static let publishingInterval: Int64 = 250_000_000

    private struct State {
        var requests = RequestStatistics()
        var latency = LatencyDistribution()
        var failureLatency = LatencyDistribution()
        var nextPublication = MonotonicTime.distantFuture
        var lateTurns: Int
    }

    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    private var state: State
    private let loop: EngineLoop
    private let factory: (any MetricsFactory)?
    private let loopMetrics: LoopMetrics?
    let log: ClientLog
    // Whether anybody wants to know what is read from time to time.
    private let publishes: Bool

    init(_ configuration: EngineConfiguration, loop: EngineLoop) {
        self.loop = loop
        factory = configuration.activeMetricsFactory
        loopMetrics = factory.map { LoopMetrics($0, loopName: loop.configuration.name) }
        log = ClientLog(configuration)
        publishes = factory != nil || log.isHeard
        state = State(lateTurns: publishes ? loop.statistics.lateTurns : 0)
    }

    func endpoint(_ path: SocketPath) -> EndpointTelemetry {
        EndpointTelemetry(self, address: path.description, factory: factory)
    }

    func report(to statistics: inout EngineStatistics) {
        statistics.requests = state.requests
        statistics.latency = state.latency
        statistics.failureLatency = state.failureLatency
    }

    // MARK: Exchanges

    func began(_ exchange: Exchange) {
        if exchange.isCounted { state.requests.started += 1 }
    }

    /// An exchange is to be tried again; it has not left the endpoint where it failed.
    func retried(
        _ exchange: Exchange, _ failure: ExchangeFailure, at endpoint: EndpointTelemetry?,
        now: MonotonicTime
    ) {
        exchange.waitsSince = now
        endpoint?.retried(failure.delivery)
        exchange.span?.retried(
            after: failure, attempt: exchange.attempts.count, by: endpoint?.address)
        log.retried(exchange, failure, at: endpoint, now: now)
    }

    /// An exchange ended with a complete response.
    func answered(
        _ exchange: Exchange, _ response: borrowing EngineResponse,
        at endpoint: EndpointTelemetry, now: MonotonicTime
    ) {
        guard exchange.isCounted, !exchange.hasEnded else { return }
        let nanoseconds = max(0, now.nanoseconds(since: exchange.startedAt))
        let status = response.status
        state.requests.succeed(status: status)
        state.latency.record(nanoseconds: nanoseconds)
        endpoint.answered(
            exchange, status: status, received: exchange.channel?.received ?? response.body.count,
            nanoseconds: nanoseconds)
        exchange.span?.answered(status, by: endpoint.address, resends: exchange.attempts.count)
        if log.logsEachRequest { log.answered(exchange, copy response, by: endpoint, now: now) }
    }

    /// An exchange is about to end with an error; it has not left its endpoint.
    func failed(
        _ exchange: Exchange, _ error: EngineError, in phase: ExchangePhase,
        at endpoint: EndpointTelemetry?, now: MonotonicTime
    ) {
        guard exchange.isCounted, !exchange.hasEnded else { return }
        let nanoseconds = max(0, now.nanoseconds(since: exchange.startedAt))
        state.requests.failed[error.code, default: 0] += 1
        state.failureLatency.record(nanoseconds: nanoseconds)
        endpoint?.failed(exchange, error, nanoseconds: nanoseconds)
        exchange.span?.failed(
            error, status: exchange.status, by: endpoint?.address,
            resends: exchange.attempts.count)
        log.failed(exchange, error, in: phase, nanoseconds, at: endpoint, now: now)
    }

    // MARK: Publishing

    /// When ``publish(now:)`` is due; never, when there is nothing new.
    var nextPublication: MonotonicTime { state.nextPublication }

    /// There is something to publish.
    ///
    /// - Returns: When that is due, unless it was wanted before.
    func wantPublication(now: MonotonicTime) -> MonotonicTime? {
        guard publishes, state.nextPublication == .distantFuture else { return nil }
        state.nextPublication = now.advanced(by: Self.publishingInterval)
        return state.nextPublication
    }

    /// Publishes the loop's statistics. The caller publishes the endpoints' figures next.
    func publish(now: MonotonicTime) {
        state.nextPublication = .distantFuture
        let statistics = loop.statistics
        loopMetrics?.publish(statistics)
        let late = statistics.lateTurns - state.lateTurns
        state.lateTurns = statistics.lateTurns
        if late > 0 { log.loopWasLate(times: late, statistics, now: now) }
    }
}

extension EngineConfiguration {
    /// Where metrics go; nil for nowhere.
    var activeMetricsFactory: (any MetricsFactory)? {
        let factory = metricsFactory ?? MetricsSystem.factory
        return factory is NOOPMetricsHandler ? nil : factory
    }
}
