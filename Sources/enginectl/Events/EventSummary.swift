internal import EngineCore
internal import EngineModules

/// What became of the lines: those read are the ones accepted, refused, empty and unsent, and those
/// accepted the ones delivered, failed and dropped.
struct EventSummary: Encodable {
    let read: Int
    let empty: Int
    let unsent: Int
    let accepted: Int
    let delivered: Int
    let failed: Int
    let dropped: Int
    let refused: Int
    let batches: Int
    let repeats: Int
    let seconds: Double
    let eventsPerSecond: Double
    let interrupted: Bool

    init(
        _ lines: EventLoad.Counts, _ statistics: EventSinkStatistics, seconds: Double,
        isInterrupted: Bool
    ) {
        read = lines.read
        empty = lines.empty
        unsent = lines.unsent
        refused = lines.refused
        accepted = statistics.accepted
        delivered = statistics.delivered
        failed = statistics.failed
        dropped = statistics.dropped
        batches = statistics.batchesDelivered
        repeats = statistics.repeats
        self.seconds = seconds
        eventsPerSecond = seconds > 0 ? Double(statistics.delivered) / seconds : 0
        interrupted = isInterrupted
    }

    var text: String {
        "\(read) lines: \(delivered) delivered, \(failed) failed, \(dropped) dropped, "
            + "\(refused) refused, \(unsent) unsent, \(empty) empty; "
            + "\(batches) batches, \(repeats) repeats\n"
    }
}

extension EventLoad {
    /// How far the events have come.
    var progressText: String {
        let statistics = statistics
        let rate = Int(Double(statistics.delivered) / max(seconds, 0.001))
        let failures = statistics.failed == 0 ? "" : ", \(statistics.failed) failed"
        return "\(statistics.delivered) events, \(rate)/s, \(statistics.pending) pending\(failures)"
    }
}
