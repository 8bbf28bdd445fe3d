internal import Histogram
internal import EngineSansIO

/// Looks at what was made and answered while nothing was disturbed.
struct CalmChecks: Sendable {
    /// Microseconds that the small requests of a time took.
    struct Latencies: Codable, Sendable {
        let count: Int
        let p50: Int
        let p99: Int
        let most: Int

        fileprivate init(_ histogram: Histogram<UInt64>) {
            count = Int(histogram.totalCount)
            p50 = Int(histogram.valueAtPercentile(50))
            p99 = Int(histogram.valueAtPercentile(99))
            most = Int(histogram.max)
        }
    }

    private let calms: [Range<Int64>]
    private let storms: [Range<Int64>]
    private let lags: Lags
    private var calmLatencies: [Histogram<UInt64>]
    private var controlLatencies = Self.empty
    private var stormLatencies = Self.empty
    private(set) var violations = Violations()
    /// Ordinary requests in calm times, and those of them that were not answered.
    private(set) var ordinary = 0

    private static var empty: Histogram<UInt64> {
        var histogram = Histogram<UInt64>(
            highestTrackableValue: 10_000_000, numberOfSignificantValueDigits: .three)
        histogram.autoResize = true
        return histogram
    }

    init(_ course: Supervisor.Course, lags: Lags) {
        calms = course.calms
        storms = course.storms
        self.lags = lags
        calmLatencies = course.calms.map { _ in Self.empty }
    }

    mutating func check(_ record: LedgerRecord) {
        guard record.isOrdinary else { return }
        if let index = Self.index(of: record, in: calms) {
            checkAnswer(record)
            if record.isMeasured { calmLatencies[index].record(record.microseconds) }
        } else if record.isMeasured, Self.index(of: record, in: storms) != nil {
            if record.slot.hasPrefix(Supervisor.control) {
                controlLatencies.record(record.microseconds)
            } else {
                stormLatencies.record(record.microseconds)
            }
        }
    }

    // Times are in order, and few requests are looked up that lie between two of them.
    private static func index(of record: LedgerRecord, in times: [Range<Int64>]) -> Int? {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle].upperBound <= record.started { low = middle + 1 } else { high = middle }
        }
        guard low < times.count, times[low].lowerBound <= record.started,
            record.ended <= times[low].upperBound
        else { return nil }
        return low
    }

    private mutating func checkAnswer(_ record: LedgerRecord) {
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

    /// Holds the calm times against the first one.
    mutating func checkLatencies() {
        guard let first = calm.first, first.count > 0 else {
            return violations.add(.latency, "nothing was answered in the first calm time")
        }
        for (index, latencies) in calm.enumerated().dropFirst() where latencies.count > 0 {
            let lag = (0..<lags.clientCount).map {
                lags.sum(of: $0, from: calms[index].lowerBound, to: calms[index].upperBound)
            }.max() ?? 0
            let bound = max(5 * first.p99, first.p99 + 20_000) + Int(lag / 1_000)
            guard latencies.p99 > bound else { continue }
            violations.add(
                .latency,
                "calm time \(index + 1): p99 is \(latencies.p99) µs, at most \(bound) was expected")
        }
    }

    var calm: [Latencies] { calmLatencies.map { Latencies($0) } }
    /// Of the engine that is left alone, while the others are disturbed.
    var control: Latencies { Latencies(controlLatencies) }
    /// Of the engines that are disturbed, those requests that were answered all the same.
    var storm: Latencies { Latencies(stormLatencies) }
}

extension LedgerRecord {
    fileprivate var isContended: Bool {
        Supervisor.contended.contains { slot.hasPrefix("\($0).") }
    }

    fileprivate var isGivenUp: Bool {
        code == "timeout" || code == "connection" && delivery == .neverSent
    }

    fileprivate var isMeasured: Bool { kind == .get && ending == .answered && !isContended }
    fileprivate var microseconds: UInt64 { UInt64(max(0, ended - started) / 1_000) }
}
