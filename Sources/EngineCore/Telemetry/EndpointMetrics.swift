internal import EngineSansIO
internal import Metrics

/// The metrics of one engine: recorded as requests and connections end, or brought up to date from
/// time to time.
///
/// Handlers are kept and called directly: a request makes none, and allocates nothing here.
final class EndpointMetrics {
    private struct Level {
        let handler: any MeterHandler
        let read: (EndpointFigures, EngineHealth.EndpointState) -> Int
        var last = 0
    }

    private struct Total {
        let handler: any CounterHandler
        let read: (EndpointFigures, EndpointTelemetry) -> Int
        var last = 0
    }

    private let factory: any MetricsFactory
    private let dimensions: [(String, String)]
    private var instruments: [RequestOutcome: RequestInstruments] = [:]
    private let queueDuration: any TimerHandler
    private let connectionDuration: any TimerHandler
    private var levels: [Level] = []
    private var totals: [Total] = []
    private var hasEnded = false

    init(_ factory: any MetricsFactory, address: String) {
        self.factory = factory
        dimensions = [
            (AttributeName.serverAddress, address), (AttributeName.protocolVersion, "1.1"),
            (AttributeName.transport, "unix"), (AttributeName.scheme, "http"),
        ]
        queueDuration = factory.makeTimer(label: MetricName.queueDuration, dimensions: dimensions)
        queueDuration.preferDisplayUnit(.seconds)
        connectionDuration = factory.makeTimer(
            label: MetricName.connectionDuration, dimensions: dimensions)
        connectionDuration.preferDisplayUnit(.seconds)
        addLevels()
        addTotals()
    }

    // MARK: As it happens

    func ended(_ outcome: RequestOutcome, nanoseconds: Int64, sent: Int, received: Int) {
        let instruments =
            instruments[outcome]
            ?? {
                let new = RequestInstruments(factory, outcome.dimensions(endpoint: dimensions))
                self.instruments[outcome] = new
                return new
            }()
        instruments.record(
            nanoseconds: nanoseconds, requestBodySize: sent, responseBodySize: received)
    }

    func waited(nanoseconds: Int64) {
        queueDuration.recordNanoseconds(nanoseconds)
    }

    func connectionEnded(nanoseconds: Int64) {
        connectionDuration.recordNanoseconds(nanoseconds)
    }

    // MARK: From time to time

    private func addLevels() {
        addLevel(MetricName.activeRequests) { figures, _ in figures.outstanding }
        addLevel(MetricName.openConnections, (AttributeName.connectionState, "active")) {
            figures, _ in figures.active
        }
        addLevel(MetricName.openConnections, (AttributeName.connectionState, "idle")) {
            figures, _ in figures.idle
        }
        addLevel(MetricName.queueLength) { figures, _ in figures.waiting }
        addLevel(MetricName.connectionLimit) { figures, _ in
            figures.isRetired ? 0 : figures.limit
        }
        for state in EngineHealth.EndpointState.allCases {
            addLevel(MetricName.endpointState, (AttributeName.endpointState, state.rawValue)) {
                $1 == state && !$0.isRetired ? 1 : 0
            }
        }
    }

    private func addTotals() {
        addTotal(MetricName.connectionsOpened) { figures, _ in figures.totals.opened }
        addTotal(MetricName.connectFailures) { figures, _ in figures.totals.connectFailures }
        addTotal(MetricName.shed) { figures, _ in figures.totals.shed }
        addTotal(MetricName.starved) { figures, _ in figures.totals.starved }
        addTotal(MetricName.rescued) { figures, _ in figures.totals.rescued }
        addTotal(MetricName.breakerOpenings) { _, telemetry in telemetry.breakerOpenings }
        for reason in ConnectionCloseReason.allCases {
            addTotal(MetricName.connectionsClosed, (AttributeName.closeReason, reason.rawValue)) {
                figures, _ in figures.totals.closed[reason, default: 0]
            }
        }
        for delivery in RequestDelivery.allCases {
            addTotal(MetricName.retries, (AttributeName.delivery, delivery.rawValue)) {
                _, telemetry in telemetry.retries[delivery, default: 0]
            }
        }
    }

    private func addLevel(
        _ name: String, _ dimension: (String, String)? = nil,
        read: @escaping (EndpointFigures, EngineHealth.EndpointState) -> Int
    ) {
        let handler = factory.makeMeter(label: name, dimensions: dimensions(with: dimension))
        levels.append(Level(handler: handler, read: read))
    }

    private func addTotal(
        _ name: String, _ dimension: (String, String)? = nil,
        read: @escaping (EndpointFigures, EndpointTelemetry) -> Int
    ) {
        let handler = factory.makeCounter(label: name, dimensions: dimensions(with: dimension))
        totals.append(Total(handler: handler, read: read))
    }

    private func dimensions(with more: (String, String)?) -> [(String, String)] {
        more.map { [$0] + dimensions } ?? dimensions
    }

    /// Brings levels and totals up to date.
    ///
    /// Changes are added: several clients of one engine in a process share its series.
    func publish(
        _ figures: EndpointFigures, _ state: EngineHealth.EndpointState,
        _ telemetry: EndpointTelemetry
    ) {
        guard !hasEnded else { return }
        for index in levels.indices {
            let value = levels[index].read(figures, state)
            let change = value - levels[index].last
            if change > 0 { levels[index].handler.increment(by: Double(change)) }
            if change < 0 { levels[index].handler.decrement(by: Double(-change)) }
            levels[index].last = value
        }
        for index in totals.indices {
            let value = totals[index].read(figures, telemetry)
            if value > totals[index].last {
                totals[index].handler.increment(by: Int64(value - totals[index].last))
            }
            totals[index].last = value
        }
    }

    /// What is no longer there has no levels.
    func end() {
        hasEnded = true
        for index in levels.indices where levels[index].last != 0 {
            let last = Double(levels[index].last)
            if last > 0 { levels[index].handler.decrement(by: last) }
            levels[index].last = 0
        }
    }
}
