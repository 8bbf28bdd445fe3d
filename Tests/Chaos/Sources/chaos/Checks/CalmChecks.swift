internal import EngineSansIO

/// Looks at what was made and answered while nothing was disturbed.
struct CalmChecks: Sendable {
    private let calms: TimeRanges
    private let lags: Lags
    private(set) var violations = Violations()
    /// Ordinary requests in calm times.
    private(set) var ordinary = 0

    init(_ course: Supervisor.Course, lags: Lags) {
        calms = TimeRanges(course.calms)
        self.lags = lags
    }

    mutating func check(_ record: LedgerRecord) {
        let isVisiting = record.slot.hasSuffix(SlotSettings.Variant.visiting.rawValue)
        guard record.isOrdinary, !isVisiting,
            calms.index(from: record.started, to: record.ended) != nil
        else { return }
        ordinary += 1
        switch record.ending {
        case .answered, .acknowledged: return
        case .refused where record.kind == .lookup: return
        // An engine that was closed or whose queue is short is no disturbance.
        case .failed where record.delivery == .neverSent && record.code == "unexpected": return
        case .failed where record.isEndedByClosing: return
        // Where several clients share a few workers, some wait in vain.
        case .failed where record.isContended && record.isGivenUp: return
        default: break
        }
        let lag = lags.sum(of: record.number.client, from: record.started, to: record.ended)
        // Some clients give up after half a second.
        if record.code == "timeout", lag > 100_000_000 { return }
        violations.add(
            .calm, "it ended as \(record.ending.rawValue): \(record.detail)", number: record.number)
    }
}

/// Times that follow each other.
struct TimeRanges: Sendable {
    private let ranges: [Range<Int64>]

    init(_ ranges: [Range<Int64>]) {
        self.ranges = ranges
    }

    /// The time in which all of something lies; nil when there is none.
    func index(from start: Int64, to end: Int64) -> Int? {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= start { low = middle + 1 } else { high = middle }
        }
        guard low < ranges.count, ranges[low].lowerBound <= start, end <= ranges[low].upperBound
        else { return nil }
        return low
    }
}

extension LedgerRecord {
    /// The engine's name.
    var endpoint: Substring { slot.prefix { $0 != "." } }

    /// Whether clients share the engine's few workers.
    var isContended: Bool {
        endpoint == SlotSettings.fleet || Supervisor.contended.contains { $0 == endpoint }
    }

    fileprivate var isGivenUp: Bool {
        code == "timeout" || code == "connection" && delivery == .neverSent
    }
}
