/// How a client's engines are, as far as its requests and checks have told.
public struct EngineHealth: Sendable, Hashable {
    /// How one engine is.
    public enum EndpointState: String, Sendable, Hashable, CaseIterable {
        /// Nothing has been heard of it yet.
        case unknown
        /// It answers.
        case healthy
        /// It answers that it is not ready to take requests.
        case unready
        /// Too many requests in a row failed: it is left alone for a while.
        case broken
        /// It has been left alone long enough: single requests see whether it is back.
        case recovering
    }

    /// One engine.
    public struct Endpoint: Sendable, Hashable {
        /// Its socket.
        public var socketPath: String
        /// How it is.
        public var state: EndpointState
        /// What went wrong last, for the log; nil while it is healthy.
        public var lastFailure: String?

        /// Makes a value, for tests of code that takes one.
        public init(socketPath: String, state: EndpointState, lastFailure: String? = nil) {
            self.socketPath = socketPath
            self.state = state
            self.lastFailure = lastFailure
        }
    }

    /// How all of them are together.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Nothing has been heard of any.
        case unknown
        /// None is known to be ill.
        case healthy
        /// Some take no requests.
        case degraded
        /// None takes requests.
        case unhealthy
    }

    /// Each engine, in the order of the configuration.
    public var endpoints: [Endpoint]

    /// Makes a value, for tests of code that takes one.
    public init(endpoints: [Endpoint]) {
        self.endpoints = endpoints
    }

    /// How all of them are together.
    public var state: State {
        let ill = endpoints.count { $0.state != .healthy && $0.state != .unknown }
        if ill > 0 { return ill == endpoints.count ? .unhealthy : .degraded }
        return endpoints.contains { $0.state == .healthy } ? .healthy : .unknown
    }
}
