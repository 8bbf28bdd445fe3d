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

/// A line on a terminal that says how far the events have come, and goes when they have ended.
struct EventProgress {
    private static let pause = Duration.milliseconds(250)
    private static let erase = "\r\u{1B}[K"

    let load: EventLoad
    let terminal: StandardStream

    /// Redraws the line until it is cancelled.
    @concurrent func run() async {
        repeat {
            write(Self.erase + line)
            try? await Task.sleep(for: Self.pause)
        } while !Task.isCancelled
        write(Self.erase)
    }

    private var line: String {
        let statistics = load.statistics
        let rate = Int(Double(statistics.delivered) / max(load.seconds, 0.001))
        let failures = statistics.failed == 0 ? "" : ", \(statistics.failed) failed"
        return "\(statistics.delivered) events, \(rate)/s, \(statistics.pending) pending\(failures)"
    }

    private func write(_ text: String) {
        // A terminal that has gone is no reason to end.
        _ = try? terminal.write(Array(text.utf8))
    }
}
