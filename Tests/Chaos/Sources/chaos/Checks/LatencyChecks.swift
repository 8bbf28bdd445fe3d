internal import Histogram

/// How long small requests took, by engine and time.
struct LatencyChecks: Sendable {
    /// Microseconds that the small requests of a time took.
    struct Figures: Codable, Sendable {
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

    /// Where nobody shares workers, so that nothing but the machine makes requests slow.
    private static let engines = Supervisor.all.filter { !Supervisor.contended.contains($0) }
    // Fewer say nothing of a percentile.
    private static let leastCount = 30
    // As many times the first calm time's, and as much more.
    private static let factor = 5
    private static let medianAllowance = 5_000
    private static let tailAllowance = 20_000

    private let calms: [Range<Int64>]
    private let storms: [Range<Int64>]
    private let calmTimes: TimeRanges
    private let stormTimes: TimeRanges
    private let lags: Lags
    private var calmHistograms: [Substring: [Histogram<UInt64>]] = [:]
    private var controlHistogram = Self.empty
    private var stormHistogram = Self.empty
    private(set) var violations = Violations()

    private static var empty: Histogram<UInt64> {
        var histogram = Histogram<UInt64>(
            highestTrackableValue: 10_000_000, numberOfSignificantValueDigits: .two)
        histogram.autoResize = true
        return histogram
    }

    init(_ course: Supervisor.Course, lags: Lags) {
        calms = course.calms
        storms = course.storms
        calmTimes = TimeRanges(calms)
        stormTimes = TimeRanges(storms)
        self.lags = lags
        for engine in Self.engines {
            calmHistograms[engine[...]] = course.calms.map { _ in Self.empty }
        }
    }

    mutating func add(_ record: LedgerRecord) {
        guard record.kind == .get, record.isOrdinary, record.ending == .answered else { return }
        let microseconds = UInt64(max(0, record.ended - record.started) / 1_000)
        if let index = calmTimes.index(of: record) {
            calmHistograms[record.endpoint]?[index].record(microseconds)
        } else if stormTimes.index(of: record) != nil {
            if record.endpoint == Supervisor.control {
                controlHistogram.record(microseconds)
            } else {
                stormHistogram.record(microseconds)
            }
        }
    }

    /// Holds each time against the first calm one.
    mutating func finish() {
        for engine in Self.engines {
            let figures = calm(of: engine)
            guard let first = figures.first, first.count > 0 else {
                violations.add(.latency, "\(engine) answered nothing in the first calm time")
                continue
            }
            for (index, figures) in figures.enumerated().dropFirst() {
                compare(
                    figures, first, "\(engine) in calm time \(index + 1)",
                    lag: lags.longest(in: calms[index]))
            }
            guard engine == Supervisor.control else { continue }
            let lag = storms.map { lags.longest(in: $0) }.max() ?? 0
            compare(control, first, "\(engine) in storms", lag: lag)
        }
    }

    private mutating func compare(
        _ figures: Figures, _ first: Figures, _ name: String, lag: Int64
    ) {
        guard figures.count >= Self.leastCount else { return }
        let lag = Int(lag / 1_000)
        // A single pause of the machine does not move a median far.
        let median = Self.factor * first.p50 + Self.medianAllowance + lag / 20
        let tail = Self.factor * first.p99 + Self.tailAllowance + 2 * lag
        if figures.p50 > median {
            violations.add(
                .latency, "\(name): p50 is \(figures.p50) µs, at most \(median) was expected")
        }
        if figures.p99 > tail {
            violations.add(
                .latency, "\(name): p99 is \(figures.p99) µs, at most \(tail) was expected")
        }
    }

    /// By calm time.
    func calm(of engine: String) -> [Figures] {
        calmHistograms[engine[...]]?.map { Figures($0) } ?? []
    }

    /// By engine and calm time.
    var calm: [String: [Figures]] {
        Dictionary(uniqueKeysWithValues: Self.engines.map { ($0, calm(of: $0)) })
    }

    /// Of the engine that is left alone, while the others are disturbed.
    var control: Figures { Figures(controlHistogram) }
    /// Of the engines that are disturbed, those requests that were answered all the same.
    var storm: Figures { Figures(stormHistogram) }
}
