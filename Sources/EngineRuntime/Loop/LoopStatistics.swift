/// How late a loop is, and how busy: what ``EngineLoop/statistics`` measures.
///
/// A loop that runs your code serves no socket meanwhile. Times have a resolution of a millisecond;
/// sums over many shorter turns are right on average.
public struct LoopStatistics: Sendable, Hashable {
    /// Times that the loop has looked at its sockets.
    public var turns = 0
    /// How long the thread has been away from its sockets by now; zero while it waits for events.
    public var currentLag = Duration.zero
    /// The longest that it ever was away, the current time included.
    public var maximumLag = Duration.zero
    /// Times that it was away for ``EngineLoop/Configuration/lagThreshold`` or longer, the current
    /// time included unless a host's callback has begun it.
    public var lateTurns = 0
    /// How long it was away in all. What this grows by between two looks, divided by the time between
    /// them, is the loop's utilization: near 1, another loop is due.
    public var busyTime = Duration.zero
}
