internal import EngineCore
internal import Histogram

/// What became of the requests of one caller, or of several.
struct BenchTally: Sendable {
    /// An error and when it came.
    struct Failure: Sendable {
        let error: EngineError
        let nanoseconds: UInt64
    }

    /// Requests that ended, well or not.
    private(set) var requestCount = 0
    /// How many ended with an error, by the name of its code.
    private(set) var errors: [String: Int] = [:]
    private(set) var firstFailure: Failure?
    /// Microseconds that the requests that ended well took.
    private(set) var latencies = Self.noLatencies

    // Growing takes a histogram longer than a request takes, so that only slow ones make it grow;
    // and to copy an empty one is quicker than to make it.
    private static let noLatencies: Histogram<UInt64> = {
        var histogram = Histogram<UInt64>(
            highestTrackableValue: 1_000_000, numberOfSignificantValueDigits: .three)
        histogram.autoResize = true
        return histogram
    }()

    mutating func succeeded(after nanoseconds: UInt64) {
        requestCount += 1
        latencies.record(nanoseconds / 1_000)
    }

    mutating func failed(_ error: EngineError, at nanoseconds: UInt64) {
        requestCount += 1
        errors[error.code.name, default: 0] += 1
        if firstFailure == nil {
            firstFailure = Failure(error: error, nanoseconds: nanoseconds)
        }
    }

    mutating func add(_ other: BenchTally) {
        requestCount += other.requestCount
        errors.merge(other.errors, uniquingKeysWith: +)
        firstFailure = [firstFailure, other.firstFailure].compactMap(\.self)
            .min { $0.nanoseconds < $1.nanoseconds }
        latencies.add(other.latencies)
    }
}
