/// When an endpoint stops getting requests, and how it gets them back.
///
/// Thresholds under 1 count as 1, negative durations as none. A threshold that is never reached
/// (`Int.max`) switches the breaker off.
public struct HealthPolicy: Sendable, Hashable {
    /// Failures in a row that open the breaker. Those within 10 ms of one that counted are one
    /// event: an engine that restarts loses all its requests at once.
    public var failureThreshold = 5
    /// How long the endpoint gets no requests at first; doubles with each failed return, but not
    /// while connecting to it fails.
    public var openInterval = Duration.seconds(1)
    /// It is never kept from requests for longer.
    public var maximumOpenInterval = Duration.seconds(30)
    /// Answers in a row, to one trial at a time, that close the breaker again.
    public var trialSuccesses = 2
    /// Time over which the share of an endpoint that is back grows from a tenth to the whole.
    public var slowStart = Duration.seconds(10)

    /// The defaults.
    public init() {}
}
