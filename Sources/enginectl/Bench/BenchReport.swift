internal import EngineCore
internal import Histogram

/// What a run of load found out.
struct BenchReport: Encodable {
    struct Latency: Encodable {
        let min: UInt64
        let p50: UInt64
        let p90: UInt64
        let p99: UInt64
        let p999: UInt64
        let max: UInt64
    }

    struct Statistics: Encodable {
        let opened: Int
        let connectionLimit: Int
        let starved: Int
        let rescued: Int
        let retries: [String: Int]
        let connectFailures: Int
        let closed: [String: Int]
    }

    let concurrency: Int
    /// Whether a signal ended it early.
    let interrupted: Bool
    /// Requests that ended, well or not.
    let requests: Int
    /// How many ended with an error, by the name of its code.
    let errors: [String: Int]
    let firstError: FailureReport.Body?
    let seconds: Double
    let requestsPerSecond: Double
    /// Of the requests that ended well; nil when none did.
    let latencyMicroseconds: Latency?
    let statistics: Statistics

    init(
        _ tally: BenchTally, concurrency: Int, elapsed: Duration, isInterrupted: Bool,
        statistics: EngineStatistics
    ) {
        self.concurrency = concurrency
        interrupted = isInterrupted
        requests = tally.requestCount
        errors = tally.errors
        firstError = tally.firstFailure.map { FailureReport.Body($0.error) }
        seconds = (elapsed / .seconds(1)).rounded(toPlaces: 6)
        requestsPerSecond =
            seconds > 0 ? (Double(requests) / seconds).rounded(toPlaces: 1) : 0
        latencyMicroseconds = tally.latencies.totalCount == 0 ? nil : Latency(tally.latencies)
        self.statistics = Statistics(statistics)
    }
}

extension BenchReport.Latency {
    fileprivate init(_ latencies: Histogram<UInt64>) {
        min = latencies.min
        p50 = latencies.valueAtPercentile(50)
        p90 = latencies.valueAtPercentile(90)
        p99 = latencies.valueAtPercentile(99)
        p999 = latencies.valueAtPercentile(99.9)
        max = latencies.maxRecorded
    }
}

extension BenchReport.Statistics {
    fileprivate init(_ statistics: EngineStatistics) {
        opened = statistics.opened
        connectionLimit = statistics.connectionLimit
        starved = statistics.starved
        rescued = statistics.rescued
        retries = statistics.retries.keyedByName
        connectFailures = statistics.connectFailures
        closed = statistics.closed.keyedByName
    }
}

extension Dictionary where Key: RawRepresentable<String> {
    fileprivate var keyedByName: [String: Value] {
        [String: Value](uniqueKeysWithValues: map { ($0.key.rawValue, $0.value) })
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
