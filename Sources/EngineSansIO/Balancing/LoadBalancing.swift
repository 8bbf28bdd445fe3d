/// How requests are spread over several engines.
///
/// An engine that is back after a failure gets its share little by little with each of them.
public enum LoadBalancing: String, Sendable, Hashable, CaseIterable {
    /// Of two engines picked at random, the one with fewer requests in flight.
    case leastRequests
    /// Each engine in turn.
    case roundRobin
    /// The first in order that works; one that is back takes over little by little.
    case failover
}
