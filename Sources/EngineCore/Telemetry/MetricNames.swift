/// What metrics are called, and the dimensions that they have.
///
/// Names, units and dimensions of `http.client.…` are OpenTelemetry's semantic conventions for HTTP
/// metrics; `engine.…` are this client's own.
enum MetricName {
    static let requestDuration = "http.client.request.duration"
    static let requestBodySize = "http.client.request.body.size"
    static let responseBodySize = "http.client.response.body.size"
    static let activeRequests = "http.client.active_requests"
    static let openConnections = "http.client.open_connections"
    static let connectionDuration = "http.client.connection.duration"

    static let queueDuration = "engine.client.queue.duration"
    static let queueLength = "engine.client.queue.length"
    static let connectionLimit = "engine.client.connection.limit"
    static let connectionsOpened = "engine.client.connections.opened"
    static let connectionsClosed = "engine.client.connections.closed"
    static let connectFailures = "engine.client.connect.failures"
    static let retries = "engine.client.retries"
    static let shed = "engine.client.requests.shed"
    static let starved = "engine.client.requests.starved"
    static let rescued = "engine.client.requests.rescued"
    static let endpointState = "engine.client.endpoint.state"
    static let breakerOpenings = "engine.client.breaker.openings"

    static let loopTurns = "engine.loop.turns"
    static let loopLateTurns = "engine.loop.turns.late"
    static let loopBusyTime = "engine.loop.busy.time"
    static let loopMaximumLag = "engine.loop.lag.maximum"
}

/// Names that dimensions, attributes of spans and metadata of logs share.
enum AttributeName {
    static let method = "http.request.method"
    static let originalMethod = "http.request.method_original"
    static let status = "http.response.status_code"
    static let errorType = "error.type"
    static let serverAddress = "server.address"
    static let protocolVersion = "network.protocol.version"
    static let transport = "network.transport"
    static let scheme = "url.scheme"
    static let url = "url.full"
    static let path = "url.path"
    static let resendCount = "http.request.resend_count"
    static let connectionState = "http.connection.state"

    static let closeReason = "engine.connection.close_reason"
    static let delivery = "engine.delivery"
    static let endpointState = "engine.endpoint.state"
    static let loopName = "engine.loop.name"
}

/// The methods that OpenTelemetry knows: others are counted together, or their number would have
/// no bound.
enum KnownMethod {
    static let names = [
        "_OTHER", "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "CONNECT", "TRACE",
    ]

    /// The place of a method in ``names``.
    static func index(of method: HTTPMethod) -> Int {
        names.firstIndex(of: method.rawValue) ?? 0
    }
}
