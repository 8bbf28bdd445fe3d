import Foundation

/// What `enginectl bench --json` prints.
struct BenchResult: Decodable {
    struct Failure: Decodable, Hashable {
        let code: Int
        let name: String
        let message: String
    }

    struct Latency: Decodable {
        let min: Int
        let p50: Int
        let p90: Int
        let p99: Int
        let p999: Int
        let max: Int

        var rising: [Int] { [min, p50, p90, p99, p999, max] }
    }

    struct Statistics: Decodable {
        let opened: Int
        let connectionLimit: Int
        let starved: Int
        let rescued: Int
        let retries: [String: Int]
        let connectFailures: Int
        let closed: [String: Int]
    }

    let concurrency: Int
    let interrupted: Bool
    let requests: Int
    let errors: [String: Int]
    let firstError: Failure?
    let seconds: Double
    let requestsPerSecond: Double
    let latencyMicroseconds: Latency?
    let statistics: Statistics

    init(_ outcome: Enginectl.Outcome) throws {
        self = try JSONDecoder().decode(BenchResult.self, from: Data(outcome.output.utf8))
    }
}
