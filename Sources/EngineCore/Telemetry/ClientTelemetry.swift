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

    private let cell: LoopCell<State>
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
        cell = LoopCell(State(lateTurns: publishes ? loop.statistics.lateTurns : 0))
    }

    func endpoint(_ path: SocketPath) -> EndpointTelemetry {
        EndpointTelemetry(self, address: path.description, factory: factory)
    }

    func report(to statistics: inout EngineStatistics) {
        statistics.requests = cell.value.requests
        statistics.latency = cell.value.latency
        statistics.failureLatency = cell.value.failureLatency
    }

    // MARK: Requests

    func began(_ request: PendingRequest) {
        if request.isCounted { cell.value.requests.started += 1 }
    }

    /// A request has got a connection.
    func leased(_ request: PendingRequest, in pool: ConnectionPool, now: MonotonicTime) {
        guard let metrics = pool.telemetry.metrics, request.isCounted else { return }
        metrics.waited(nanoseconds: max(0, now.nanoseconds(since: request.waitsSince)))
    }

    /// A request is to be tried again; it has not left the engine where it failed.
    func retried(
        _ request: PendingRequest, _ failure: ClientConnection.Failure, now: MonotonicTime
    ) {
        request.waitsSince = now
        request.pool?.telemetry.retries[failure.delivery, default: 0] += 1
        request.span?.retried(
            after: failure, attempt: request.attempts.count,
            by: request.pool?.telemetry.address)
        log.retried(request, failure, now: now)
    }

    /// A request ended with a whole response.
    func answered(
        _ request: PendingRequest, status: Int, bodySize: Int, by endpoint: EndpointTelemetry,
        now: MonotonicTime
    ) {
        guard request.isCounted, !request.hasEnded else { return }
        let nanoseconds = max(0, now.nanoseconds(since: request.startedAt))
        cell.value.requests.succeed(status: status)
        cell.value.latency.record(nanoseconds: nanoseconds)
        endpoint.succeeded += 1
        if let metrics = endpoint.metrics {
            metrics.ended(
                RequestOutcome(request.method, status: status), nanoseconds: nanoseconds,
                sent: request.bodySize, received: request.channel?.received ?? bodySize)
        }
        request.span?.answered(status, by: endpoint.address, resends: request.attempts.count)
    }

    /// A request is about to end with an error; it has not left the engine that it was sent to.
    func failed(_ request: PendingRequest, _ error: EngineError, now: MonotonicTime) {
        guard request.isCounted, !request.hasEnded else { return }
        let nanoseconds = max(0, now.nanoseconds(since: request.startedAt))
        cell.value.requests.failed[error.code, default: 0] += 1
        cell.value.failureLatency.record(nanoseconds: nanoseconds)
        request.pool?.telemetry.failed += 1
        if let metrics = request.pool?.telemetry.metrics {
            metrics.ended(
                RequestOutcome(request.method, error, status: request.status),
                nanoseconds: nanoseconds, sent: request.bodySize,
                received: request.channel?.received ?? 0)
        }
        request.span?.failed(
            error, status: request.status, by: request.pool?.telemetry.address,
            resends: request.attempts.count)
        log.failed(request, error, nanoseconds, now: now)
    }

    // MARK: Engines

    /// Something about an engine's connections or queue may have changed.
    func changed(_ pool: ConnectionPool) {
        if publishes { wantPublication(by: pool.dispatcher) }
    }

    /// It was looked whether a first request is unread.
    func sampled(_ pool: ConnectionPool) {
        let starved = pool.machine.starvedCount
        if starved != pool.telemetry.lastStarved {
            pool.telemetry.lastStarved = starved
            log.starved(pool, now: pool.now)
        }
    }

    /// An engine's state may have changed.
    func observe(_ pool: ConnectionPool, now: MonotonicTime) {
        let state = pool.health.state(now: now)
        let last = pool.telemetry.lastState
        guard state != last else { return }
        pool.telemetry.lastState = state
        if state == .broken { pool.telemetry.breakerOpenings += 1 }
        if publishes { wantPublication(by: pool.dispatcher) }
        log.changed(pool, from: last, to: state, now: now)
    }

    func opened(_ connection: ConnectionID, of pool: ConnectionPool, now: MonotonicTime) {
        pool.connections[connection.index]?.openedAt = now
        log.opened(connection, of: pool, now: now)
    }

    /// A connection is gone, or an attempt to make one.
    func closed(_ connection: ConnectionID, of pool: ConnectionPool, now: MonotonicTime) {
        guard let openedAt = pool.connections[connection.index]?.openedAt else { return }
        let nanoseconds = max(0, now.nanoseconds(since: openedAt))
        pool.telemetry.metrics?.connectionEnded(nanoseconds: nanoseconds)
        log.closed(connection, after: nanoseconds, of: pool, now: now)
    }

    /// An engine is named no longer, or the client is closed: the last word on it.
    func ended(_ pool: ConnectionPool, now: MonotonicTime) {
        pool.telemetry.metrics?.publish(pool, pool.health.state(now: now))
        pool.telemetry.metrics?.end()
    }

    // MARK: Publishing

    /// When ``publish(_:now:)`` is due; never, when there is nothing new.
    var nextPublication: MonotonicTime { cell.value.nextPublication }

    private func wantPublication(by dispatcher: RequestDispatcher) {
        guard cell.value.nextPublication == .distantFuture else { return }
        cell.value.nextPublication = dispatcher.now.advanced(by: Self.publishingInterval)
        dispatcher.armTimer()
    }

    /// Brings up to date what is read from pools and from the loop.
    func publish(_ pools: [ConnectionPool], now: MonotonicTime) {
        cell.value.nextPublication = .distantFuture
        let statistics = loop.statistics
        loopMetrics?.publish(statistics)
        let late = statistics.lateTurns - cell.value.lateTurns
        cell.value.lateTurns = statistics.lateTurns
        if late > 0 { log.loopWasLate(times: late, statistics, now: now) }
        for pool in pools {
            pool.telemetry.metrics?.publish(pool, pool.health.state(now: now))
        }
    }
}

extension EngineConfiguration {
    /// Where metrics go; nil for nowhere.
    var activeMetricsFactory: (any MetricsFactory)? {
        let factory = metricsFactory ?? MetricsSystem.factory
        return factory is NOOPMetricsHandler ? nil : factory
    }
}
