internal import EngineCore
internal import EngineModules

/// What became of the events.
struct EventSummary: Encodable {
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

    init(_ statistics: EventSinkStatistics, seconds: Double, isInterrupted: Bool) {
        accepted = statistics.accepted
        delivered = statistics.delivered
        failed = statistics.failed
        dropped = statistics.dropped
        refused = statistics.refused
        batches = statistics.batchesDelivered
        repeats = statistics.repeats
        self.seconds = seconds
        eventsPerSecond = seconds > 0 ? Double(statistics.delivered) / seconds : 0
        interrupted = isInterrupted
    }

    var text: String {
        "\(accepted) events: \(delivered) delivered, \(failed) failed, \(dropped) dropped; "
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
