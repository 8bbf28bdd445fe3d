/// What the client's metrics are, for the `HELP` lines.
enum MetricHelp {
    static let texts = [
        "http.client.request.duration": "Time from the call to the end of the whole response.",
        "http.client.request.body.size": "Bytes of the bodies of requests.",
        "http.client.response.body.size": "Bytes of the bodies of responses.",
        "http.client.active_requests": "Requests under way.",
        "http.client.open_connections": "Connections that carry a request, and those kept for one.",
        "http.client.connection.duration": "Time from the opening of a connection to its close.",
        "engine.client.queue.duration": "Time that requests waited for a connection.",
        "engine.client.queue.length": "Requests that wait for a connection.",
        "engine.client.connection.limit": "Connections that the engine is taken to serve at once.",
        "engine.client.connections.opened": "Connections made.",
        "engine.client.connections.closed": "Connections closed, by reason.",
        "engine.client.connect.failures": "Attempts to connect that failed.",
        "engine.client.retries": "Tries that failed and were followed by another.",
        "engine.client.requests.shed": "Requests refused because too many waited.",
        "engine.client.requests.starved": "First requests unread behind the engine's busy workers.",
        "engine.client.requests.rescued": "Connections given up for a starved request.",
        "engine.client.endpoint.state": "1 for the state that the engine is in.",
        "engine.client.breaker.openings": "Times that the engine was put out of use.",
    ]
}
