internal import EngineCore
internal import EngineModules
internal import EngineSansIO

/// Holds what became of events against what the engines took.
struct EventChecks: Sendable {
    /// What a sink's client says of an event that was not delivered.
    private enum Fate: UInt8 {
        case refused
        case dropped
        /// No byte of it left, or what left was never read.
        case failedUnsent
        case failed
    }

    private struct Source {
        let name: String
        let sink: String
        let guarantee: EventGuarantee
        let overflow: EventOverflow
        var count = 0
        var fates: [Int: Fate] = [:]
        var runs: [UInt8] = []
        /// Delivered events are first run in order.
        var lastFirst = -1
    }

    private struct Sink {
        let accepted: Int
        let delivered: Int
        let failed: Int
        let dropped: Int
    }

    /// Figures for the report.
    struct Totals: Codable, Sendable {
        var sinks = 0
        var given = 0
        var accepted = 0
        var delivered = 0
        var failed = 0
        var dropped = 0
        var refused = 0
        /// Events that engines took, repeats included.
        var taken = 0
    }

    private var sources: [String: Source] = [:]
    private var sinks: [String: Sink] = [:]
    private(set) var violations = Violations()
    private(set) var totals = Totals()

    /// Takes what a client wrote down; all of that comes before the engines' logs.
    mutating func add(_ record: EventRecord) {
        switch record {
        case .began(let source, let sink, let guarantee, let overflow):
            sources[source] = Source(
                name: source, sink: sink, guarantee: guarantee, overflow: overflow)
        case .refused(let source, let number): sources[source]?.fates[number] = .refused
        case .dropped(let source, let number): sources[source]?.fates[number] = .dropped
        case .failed(let source, let delivery, let code, let numbers):
            // A batch that is sent until it is taken may have met more than its last error.
            let isOnce = sources[source]?.guarantee == .atMostOnce
            // What ended from this side may still be read.
            let isLost = code == "http" || code == "connection"
            let isUnsent = delivery == .neverSent || delivery == .notRead && isOnce && isLost
            for number in numbers {
                if sources[source]?.fates[number] != nil {
                    violations.add(.eventCounts, "event \(number) of \(source) ended twice")
                }
                sources[source]?.fates[number] = isUnsent ? .failedUnsent : .failed
            }
        case .ended(let source, let count): sources[source]?.count = count
        case .sinkEnded(let sink, let accepted, let delivered, let failed, let dropped):
            sinks[sink] = Sink(
                accepted: accepted, delivered: delivered, failed: failed, dropped: dropped)
        }
    }

    /// Takes a batch that an engine took.
    mutating func add(_ events: ExecutionRecord.Events) {
        totals.taken += events.numbers.count
        guard let last = events.numbers.max() else { return }
        guard var source = sources.removeValue(forKey: events.source) else {
            return violations.add(.eventRuns, "nobody has sent what \(events.source) is said to")
        }
        while source.runs.count <= last { source.runs.append(0) }
        for number in events.numbers {
            if source.runs[number] == 0, source.fates[number] == nil {
                if number < source.lastFirst {
                    violations.add(
                        .eventOrder,
                        "event \(number) of \(source.name) came after \(source.lastFirst)")
                }
                source.lastFirst = number
            }
            source.runs[number] &+= 1
        }
        sources[events.source] = source
    }

    mutating func finish() {
        var bySink: [String: [Source]] = [:]
        for source in sources.values {
            bySink[source.sink, default: []].append(source)
            checkRuns(of: source)
        }
        for (name, sources) in bySink {
            guard let sink = sinks[name] else {
                violations.add(.eventCounts, "\(name) has no end")
                continue
            }
            check(name, sink, sources)
        }
    }

    private mutating func checkRuns(of source: Source) {
        for number in 0..<max(source.count, source.runs.count) {
            let runs = number < source.runs.count ? source.runs[number] : 0
            let event = "event \(number) of \(source.name)"
            if runs > 1, source.guarantee == .atMostOnce {
                violations.add(.eventRuns, "\(event) was taken \(runs) times")
            }
            switch source.fates[number] {
            case nil:
                // Which events went for the sake of newer ones nobody says.
                if runs == 0, source.overflow != .dropOldest {
                    violations.add(.eventRuns, "\(event) was delivered and not taken")
                }
            case .refused?, .dropped?, .failedUnsent?:
                if runs > 0 {
                    let fate = source.fates[number].map { "\($0)" } ?? ""
                    violations.add(.eventRuns, "\(event) was taken, though \(fate)")
                }
            case .failed?: break
            }
        }
    }

    private mutating func check(_ name: String, _ sink: Sink, _ sources: [Source]) {
        let given = sources.reduce(0) { $0 + $1.count }
        func count(_ fates: Fate...) -> Int {
            sources.reduce(0) { $0 + $1.fates.values.count { fates.contains($0) } }
        }
        let refused = count(.refused)
        let failed = count(.failed, .failedUnsent)
        let taken = sources.reduce(0) { sum, source in
            sum + source.runs.indices.count { source.runs[$0] > 0 && source.fates[$0] == nil }
        }
        totals.sinks += 1
        totals.given += given
        totals.accepted += sink.accepted
        totals.delivered += sink.delivered
        totals.failed += sink.failed
        totals.dropped += sink.dropped
        totals.refused += refused
        let isOldestDropped = sources.first?.overflow == .dropOldest
        let expected: [(String, Int, Int)] = [
            ("accepted", sink.accepted, given - refused),
            (
                "delivered, failed and dropped", sink.delivered + sink.failed + sink.dropped,
                sink.accepted
            ),
            ("failed", sink.failed, failed),
            ("delivered", sink.delivered, taken),
            ("dropped", sink.dropped, isOldestDropped ? sink.dropped : count(.dropped)),
        ]
        for (word, said, counted) in expected where said != counted {
            violations.add(.eventCounts, "\(name) says \(said) \(word), and \(counted) are counted")
        }
    }
}
