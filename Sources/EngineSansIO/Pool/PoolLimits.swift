/// How a pool treats the engine on the other side. Times are in nanoseconds.
package struct PoolLimits: Sendable, Hashable {
    /// Connections at once, however wide the engine turns out to be.
    package var maximumConnections = 16
    /// Requests that may wait for a connection.
    package var maximumWaiters = 16_384
    /// An idle connection is given back after this long: it holds one of the engine's workers.
    package var idleTimeout: Int64 = 1_000_000_000
    /// A connection in use is replaced at this age, so that the engine's other clients get a turn.
    package var maximumAge: Int64 = 400_000_000
    /// How long before the peer's idle timeout a connection is no longer used.
    package var keepAliveMargin: Int64 = 1_000_000_000
    /// How long a first request may stay unread before it counts as starved.
    package var starvationGrace: Int64 = 10_000_000
    /// Between the first looks at whether a first request was read.
    package var samplingInterval: Int64 = 1_000_000
    /// The wait before more connections than proven are tried again; doubles with each failure.
    package var probeInterval: Int64 = 1_000_000_000
    /// No wait between such trials is longer.
    package var maximumProbeInterval: Int64 = 60_000_000_000
    /// Failures to connect that a waiting request survives.
    package var connectRetries = 5
    package var backoff = Backoff()

    package init() {}
}
