import Foundation

/// What a run took, as one line of JSON.
public struct Report: Encodable, Sendable {
    public let client: String
    public let concurrency: Int
    public let requests: Int
    public let errors: [String: Int]
    public let seconds: Double
    public let p50: Double
    public let p99: Double
    public let slowest: Double

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

    public func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try FileHandle.standardOutput.write(contentsOf: encoder.encode(self) + Data("\n".utf8))
    }
}
