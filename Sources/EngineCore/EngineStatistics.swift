/// What a client's connections and queue are doing, and what they have done since it was made.
public struct EngineStatistics: Sendable, Hashable {
    /// Connections that the engine sees: busy, idle, and those being made.
    public var connections = 0
    /// Connections that carry a request.
    public var busyConnections = 0
    /// Connections kept for the next request.
    public var idleConnections = 0
    /// Connections from which the engine has not read yet: at most 1 for each engine.
    public var unprovenConnections = 0
    /// Connections at once that the engine is taken to serve: the configured most until a request
    /// was found starved, what had been proven then afterwards.
    public var connectionLimit = 0
    /// Requests that wait for a connection.
    public var queueLength = 0

    /// Connections made.
    public var opened = 0
    /// Attempts to connect that failed.
    public var connectFailures = 0
    /// Requests that went out on a connection that had served before.
    public var reused = 0
    /// Connections closed, by reason.
    public var closed: [ConnectionCloseReason: Int] = [:]
    /// First requests that stayed unread behind the engine's busy workers.
    public var starved = 0
    /// Connections given up so that a starved request got their worker.
    public var rescued = 0
    /// Requests refused because too many waited.
    public var shed = 0
    /// Requests sent again, by how far the try before had got.
    public var retries: [RequestDelivery: Int] = [:]

    /// What has become of requests.
    public var requests = RequestStatistics()
    /// How long requests took that got a whole response, whatever its status; of a streamed one
    /// until its body had arrived.
    public var latency = LatencyDistribution()
    /// How long requests took that ended without one.
    public var failureLatency = LatencyDistribution()
    /// Each engine, in the order of the configuration.
    public var endpoints: [EndpointStatistics] = []
}

extension Client {
    var statistics: EngineStatistics {
        var sum = EngineStatistics()
        var done = endpoints.pastTotals
        for figures in endpoints.all.map(\.figures) {
            sum.connections += figures.live
            sum.busyConnections += figures.active
            sum.idleConnections += figures.idle
            sum.unprovenConnections += figures.unproven
            sum.queueLength += figures.waiting
            if !figures.isRetired { sum.connectionLimit += figures.limit }
            done += figures.totals
        }
        sum.opened = done.opened
        sum.connectFailures = done.connectFailures
        sum.reused = done.reused
        sum.closed = done.closed
        sum.starved = done.starved
        sum.rescued = done.rescued
        sum.shed = done.shed
        sum.retries = retryCounts
        telemetry.report(to: &sum)
        let now = now
        sum.endpoints = endpoints.current.map { $0.statistics(now: now) }
        return sum
    }
}
