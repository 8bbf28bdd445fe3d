internal import EngineSansIO

/// What one engine's connections and requests are doing, and what they have done.
public struct EndpointStatistics: Sendable, Hashable {
    /// The engine's socket.
    public var socketPath: String
    /// How it is.
    public var state = EngineHealth.EndpointState.unknown
    /// Requests sent there, or waiting to be, that have not ended.
    public var outstanding = 0
    /// Requests that wait for a connection.
    public var queueLength = 0
    /// Connections that the engine sees: busy, idle, and those being made.
    public var connections = 0
    /// Connections that carry a request.
    public var busyConnections = 0
    /// Connections kept for the next request.
    public var idleConnections = 0
    /// Connections at once that the engine is taken to serve.
    public var connectionLimit = 0
    /// Connections made.
    public var opened = 0
    /// Attempts to connect that failed.
    public var connectFailures = 0
    /// Requests that ended there with a whole response.
    public var succeeded = 0
    /// Requests that ended there without one; tries that were followed by another are ``retries``.
    public var failed = 0
    /// Tries there that failed and were followed by another, there or elsewhere.
    public var retries = 0
    /// Times that it was put out of use because too many requests had failed.
    public var breakerOpenings = 0

    /// Nothing yet.
    public init(socketPath: String) {
        self.socketPath = socketPath
    }
}

extension Endpoint {
    func statistics(now: MonotonicTime) -> EndpointStatistics {
        var statistics = EndpointStatistics(socketPath: path.description)
        let figures = figures
        statistics.state = health.state(now: now)
        statistics.outstanding = figures.outstanding
        statistics.queueLength = figures.waiting
        statistics.connections = figures.live
        statistics.busyConnections = figures.active
        statistics.idleConnections = figures.idle
        statistics.connectionLimit = figures.limit
        statistics.opened = figures.totals.opened
        statistics.connectFailures = figures.totals.connectFailures
        statistics.succeeded = telemetry.succeeded
        statistics.failed = telemetry.failed
        statistics.retries = telemetry.retries.values.reduce(0, +)
        statistics.breakerOpenings = telemetry.breakerOpenings
        return statistics
    }
}
