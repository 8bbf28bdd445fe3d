/// The keys of the metadata in logs, beside those that ``AttributeName`` has.
enum LogKey {
    /// Numbers requests of a client from 1 on, in the order of their calls.
    static let request = "engine.request.id"
    /// The engine's socket.
    static let endpoint = "engine.endpoint"
    /// The number of the try, from 1 on.
    static let attempt = "engine.attempt"
    /// What the request was doing.
    static let phase = "engine.phase"
    /// Milliseconds from the call on, with three decimals.
    static let duration = "engine.duration_ms"
    /// How far the request got.
    static let delivery = "engine.delivery"
    static let errorCode = "engine.error.code"
    static let errorName = "engine.error.name"
    static let errorDetail = "engine.error.detail"
    /// Numbers the places of an engine's connections, from 0 on.
    static let connection = "engine.connection"
    static let connectionLimit = "engine.connection.limit"
    static let queueLimit = "engine.queue.limit"
    static let endpoints = "engine.endpoints"
    /// Times since the last look that the loop was away from its sockets for too long.
    static let lateTurns = "engine.loop.turns.late"
    /// Milliseconds that it was away at most, ever.
    static let maximumLag = "engine.loop.lag.maximum_ms"
    static let previousState = "engine.endpoint.state.previous"
    static let lastFailure = "engine.endpoint.failure"
    /// Messages of the same kind about the same engine that were held back since the last one.
    static let suppressed = "engine.suppressed"
    static let requestBodySize = "http.request.body.size"
    static let responseBodySize = "http.response.body.size"
    /// The first bytes of a body; at the level `trace` alone.
    static let requestBody = "engine.request.body"
    static let responseBody = "engine.response.body"
}
