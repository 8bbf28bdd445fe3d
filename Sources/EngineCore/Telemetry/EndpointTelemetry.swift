internal import Metrics

/// What one engine's pool tells of itself; lives on the loop's thread.
final class EndpointTelemetry {
    /// What the pool's client tells of itself.
    let client: ClientTelemetry
    /// The engine's socket.
    let address: String
    /// Nil without a backend.
    let metrics: EndpointMetrics?

    /// Requests that ended there with a whole response.
    var succeeded = 0
    /// Requests that ended there without one.
    var failed = 0
    /// Tries that failed there and were followed by another.
    var retries: [RequestDelivery: Int] = [:]
    /// Times that its breaker opened.
    var breakerOpenings = 0

    /// How the engine was when it was last told of.
    var lastState = EngineHealth.EndpointState.unknown
    /// First requests that had starved when that was last told of.
    var lastStarved = 0
    var limiters = LogLimiters()

    init(_ client: ClientTelemetry, address: String, factory: (any MetricsFactory)?) {
        self.client = client
        self.address = address
        metrics = factory.map { EndpointMetrics($0, address: address) }
    }
}
