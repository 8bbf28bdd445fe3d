/// What a pool has done since it began.
package struct PoolStatistics: Sendable, Hashable {
    package var opened = 0
    package var connectFailures = 0
    /// Connections closed, by why.
    package var closed: [ConnectionCloseReason: Int] = [:]
    /// Requests found unread behind the engine's busy workers.
    package var starved = 0
    /// Of those, the ones that a connection was given up for.
    package var rescued = 0
    /// Requests refused because too many waited.
    package var shed = 0
    /// Leases of a connection that had served before.
    package var reused = 0

    package init() {}

    /// Adds what another pool has done.
    package static func += (sum: inout PoolStatistics, other: PoolStatistics) {
        sum.opened += other.opened
        sum.connectFailures += other.connectFailures
        sum.closed.merge(other.closed, uniquingKeysWith: +)
        sum.starved += other.starved
        sum.rescued += other.rescued
        sum.shed += other.shed
        sum.reused += other.reused
    }
}
