import Foundation

/// What a run took, as one line of JSON.
package struct Report: Encodable, Sendable {
    package let client: String
    package let concurrency: Int
    package let requests: Int
    package let errors: [String: Int]
    package let seconds: Double
    package let p50: Double
    package let p99: Double
    package let slowest: Double

    enum CodingKeys: String, CodingKey {
        case client
        case concurrency
        case requests
        case errors
        case seconds
        case p50 = "p50_ms"
        case p99 = "p99_ms"
        case slowest = "slowest_ms"
    }

    init(client: String, load: Load, outcome: Outcome, elapsed: Duration) {
        let times = outcome.times.sorted()
        self.client = client
        concurrency = load.concurrency
        requests = times.count
        errors = outcome.errors
        seconds = (elapsed / .milliseconds(1)).rounded() / 1_000
        p50 = Self.milliseconds(times, at: 0.5)
        p99 = Self.milliseconds(times, at: 0.99)
        slowest = Self.milliseconds(times, at: 1)
    }

    // The nearest rank, so that each figure is one that was measured.
    private static func milliseconds(_ sorted: [Duration], at quantile: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((quantile * Double(sorted.count)).rounded(.up))
        let time = sorted[min(max(rank, 1), sorted.count) - 1]
        return (time / .microseconds(1)).rounded() / 1_000
    }

    package func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try FileHandle.standardOutput.write(contentsOf: encoder.encode(self) + Data("\n".utf8))
    }
}
