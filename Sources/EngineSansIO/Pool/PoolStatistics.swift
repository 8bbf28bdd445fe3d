/// What a pool has done since it began.
package struct PoolStatistics: Sendable, Hashable {
    package var opened = 0
    package var connectFailures = 0
    /// Connections closed, by why.
    package var closed: [PoolCloseReason: Int] = [:]
    /// Requests found unread behind the engine's busy workers.
    package var starved = 0
    /// Of those, the ones that a connection was given up for.
    package var rescued = 0
    /// Requests refused because too many waited.
    package var shed = 0
    /// Leases of a connection that had served before.
    package var reused = 0
}

/// Why a connection was closed.
package enum PoolCloseReason: String, Sendable, Hashable, CaseIterable {
    /// It was not needed for as long as an idle one is kept, or as the peer keeps one.
    case idle
    /// It reached its age, and gives way to other clients.
    case rotated
    /// It has carried the requests that the peer takes on one.
    case spent
    /// The peer announced or did the closing.
    case peer
    /// Its worker is needed for a starved request.
    case rescue
    /// Its request ended without a complete response.
    case broken
    /// The pool was shut down.
    case shutdown
}
