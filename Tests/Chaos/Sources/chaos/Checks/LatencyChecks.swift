internal import Histogram

/// How long the pulses took, by engine and time, beside what the machine was able to.
struct LatencyChecks: Sendable {
    /// Microseconds that something took.
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

    /// What a blocking client and server of one byte take at the same time.
    static let machine = "the machine"
    /// Where nobody shares workers, so that nothing but the machine makes requests slow.
    static let engines = Supervisor.all.filter { !Supervisor.contended.contains($0) }

    // Fewer say nothing of a percentile.
    private static let leastCount = 100
    // As many times the first calm time's, and as much more, in microseconds.
    private static let factor = 5
    private static let medianAllowance = 2_000
    private static let tailAllowance = 20_000
    // A request wakes more threads than an echo does, and has work done in each.
    private static let wakeUps = 8

    private let calms: TimeRanges
    private let storms: TimeRanges
    private var calmHistograms: [String: [Histogram<UInt64>]] = [:]
    private var stormHistograms: [String: Histogram<UInt64>] = [:]
    private(set) var violations = Violations()

    private static var empty: Histogram<UInt64> {
        var histogram = Histogram<UInt64>(
            highestTrackableValue: 10_000_000, numberOfSignificantValueDigits: .two)
        histogram.autoResize = true
        return histogram
    }

    init(_ course: Supervisor.Course) {
        calms = TimeRanges(course.calms)
        storms = TimeRanges(course.storms)
        for name in Self.engines + [Self.machine] {
            calmHistograms[name] = course.calms.map { _ in Self.empty }
            stormHistograms[name] = Self.empty
        }
    }

    mutating func add(_ record: LedgerRecord) {
        guard record.kind == .pulse, record.ending == .answered else { return }
        add(String(record.endpoint), record.started, record.ended)
    }

    /// Takes what ``Echo`` wrote down.
    mutating func addEcho(_ line: Substring) {
        let numbers = line.split(separator: " ").compactMap { Int64($0) }
        guard numbers.count == 2 else { return }
        add(Self.machine, numbers[0], numbers[0] + numbers[1])
    }

    private mutating func add(_ name: String, _ started: Int64, _ ended: Int64) {
        let microseconds = UInt64(max(0, ended - started) / 1_000)
        if let index = calms.index(from: started, to: ended) {
            calmHistograms[name]?[index].record(microseconds)
        } else if storms.index(from: started, to: ended) != nil {
            stormHistograms[name]?.record(microseconds)
        }
    }

    /// Holds each time against the first calm one.
    mutating func finish() {
        let (calm, storm) = (calm, storm)
        let machine = calm[Self.machine] ?? []
        for engine in Self.engines {
            guard let figures = calm[engine], let first = figures.first, first.count > 0 else {
                violations.add(.latency, "\(engine) answered nothing in the first calm time")
                continue
            }
            for (index, figures) in figures.enumerated().dropFirst() {
                compare(figures, first, machine[index], "\(engine) in calm time \(index + 1)")
            }
            // The others are what is disturbed.
            guard engine == Supervisor.control, let figures = storm[engine],
                let machine = storm[Self.machine]
            else { continue }
            compare(figures, first, machine, "\(engine) in storms")
        }
    }

    private mutating func compare(
        _ figures: Figures, _ first: Figures, _ machine: Figures, _ name: String
    ) {
        guard figures.count >= Self.leastCount else { return }
        let median = Self.factor * first.p50 + Self.medianAllowance + Self.wakeUps * machine.p50
        // A pause of the machine that one echo meets can meet a few pulses.
        let machineTail = max(Self.wakeUps * machine.p99, 2 * machine.most)
        let tail = Self.factor * first.p99 + Self.tailAllowance + machineTail
        if figures.p50 > median {
            violations.add(
                .latency, "\(name): p50 is \(figures.p50) µs, at most \(median) was expected")
        }
        if figures.p99 > tail {
            violations.add(
                .latency, "\(name): p99 is \(figures.p99) µs, at most \(tail) was expected")
        }
    }

    /// By name and calm time.
    var calm: [String: [Figures]] { calmHistograms.mapValues { $0.map { Figures($0) } } }
    /// By name: of all storms together.
    var storm: [String: Figures] { stormHistograms.mapValues { Figures($0) } }
}
