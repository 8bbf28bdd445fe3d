/// Whether a loop that has run dry looks for events for a while before it sleeps.
///
/// Looking pays when the next event comes within the limit, and from another core. Where it does
/// not (the peer shares the core, or has nothing to say) it only burns time: two failures in a row
/// end it, until short waits say that it is worth another trial, each of which is longer away.
struct BusyPolling {
    private static let failuresToEnd = 2
    private static let firstTrial = 8
    private static let lastTrial = 4_096

    /// Nanoseconds to look for; 0 for never.
    let limit: Int64
    private(set) var isWorthwhile: Bool
    private var failures = 0
    private var shortWaits = 0
    private var waitsBeforeTrial = firstTrial

    init(limit: Int64) {
        self.limit = max(0, limit)
        isWorthwhile = limit > 0
    }

    /// Whether to go on looking after a wait that has lasted for so long.
    func shouldPoll(after waited: Int64) -> Bool { isWorthwhile && waited < limit }

    /// Takes note of a wait that an event has ended.
    ///
    /// - Parameter hasSlept: Whether looking was given up, or not tried.
    mutating func waited(for nanoseconds: Int64, hasSlept: Bool) {
        guard limit > 0 else { return }
        if !isWorthwhile {
            // Waking up took its time too.
            if nanoseconds < 2 * limit { shortWaits += 1 }
            if shortWaits >= waitsBeforeTrial {
                isWorthwhile = true
                failures = 0
            }
        } else if hasSlept {
            failures += 1
            guard failures == Self.failuresToEnd else { return }
            isWorthwhile = false
            shortWaits = 0
            waitsBeforeTrial = min(2 * waitsBeforeTrial, Self.lastTrial)
        } else {
            failures = 0
            waitsBeforeTrial = Self.firstTrial
        }
    }
}
