internal import Histogram

/// How long requests took, from the caller's call to the end of the whole response.
///
/// Values are right to 1 %, from a nanosecond to an hour; what took longer counts as an hour, but for
/// ``maximum`` and ``mean``. The counts take 36 KiB, from the first request on; copies share them
/// until one changes.
public struct LatencyDistribution: Sendable, Hashable {
    private static let longest: UInt64 = 3_600_000_000_000
    // Its counts are shared by all that have recorded nothing.
    private static let empty = Histogram<UInt64>(
        highestTrackableValue: longest, numberOfSignificantValueDigits: .two)

    private var histogram = Self.empty
    private var sum = 0.0
    private var maximumNanoseconds: Int64 = 0

    init() {}

    mutating func record(nanoseconds: Int64) {
        let value = max(0, nanoseconds)
        histogram.record(min(UInt64(value), Self.longest))
        sum += Double(value)
        maximumNanoseconds = max(maximumNanoseconds, value)
    }

    /// Requests that were measured.
    public var count: Int { Int(clamping: histogram.totalCount) }
    /// The longest one, exactly; zero without any.
    public var maximum: Duration { .nanoseconds(maximumNanoseconds) }
    /// The average of all, exactly; zero without any.
    public var mean: Duration {
        count == 0 ? .zero : .nanoseconds(Int64(sum / Double(count)))
    }
    /// The median.
    public var p50: Duration { value(atPercentile: 50) }
    /// What nine of ten did not exceed.
    public var p90: Duration { value(atPercentile: 90) }
    /// What 99 of a hundred did not exceed.
    public var p99: Duration { value(atPercentile: 99) }
    /// What 999 of a thousand did not exceed.
    public var p999: Duration { value(atPercentile: 99.9) }

    /// What a share of the requests did not exceed; zero without any.
    ///
    /// - Parameter percentile: 0 to 100; others count as the nearest.
    public func value(atPercentile percentile: Double) -> Duration {
        guard count > 0, !percentile.isNaN else { return .zero }
        let nanoseconds = histogram.valueAtPercentile(min(max(percentile, 0), 100))
        // What is equivalent to the longest one must not look longer than it.
        return min(.nanoseconds(Int64(clamping: nanoseconds)), maximum)
    }

    /// Whether both have measured the same.
    public static func == (left: LatencyDistribution, right: LatencyDistribution) -> Bool {
        left.sum == right.sum && left.maximumNanoseconds == right.maximumNanoseconds
            && left.histogram == right.histogram
    }

    /// Takes up what tells two apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        hasher.combine(sum)
        hasher.combine(maximumNanoseconds)
    }
}
