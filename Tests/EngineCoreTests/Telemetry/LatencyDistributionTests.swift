import Testing

@testable import EngineCore

/// What the distribution of latencies makes of values.
@Suite struct LatencyDistributionTests {
    private func distribution(_ nanoseconds: some Sequence<Int64>) -> LatencyDistribution {
        var distribution = LatencyDistribution()
        for value in nanoseconds { distribution.record(nanoseconds: value) }
        return distribution
    }

    private func isNear(_ duration: Duration, _ nanoseconds: Double) -> Bool {
        let value =
            Double(duration.components.attoseconds) / 1e9
            + Double(duration.components.seconds) * 1e9
        return abs(value - nanoseconds) <= nanoseconds / 100
    }

    @Test func percentilesAreRightToOnePercent() {
        let distribution = distribution((1...10_000).map { $0 * 1_000 })
        #expect(isNear(distribution.p50, 5_000_000))
        #expect(isNear(distribution.p90, 9_000_000))
        #expect(isNear(distribution.p99, 9_900_000))
        #expect(isNear(distribution.p999, 9_990_000))
        #expect(distribution.maximum == .milliseconds(10))
        #expect(distribution.mean == .nanoseconds(5_000_500))
        #expect(distribution.count == 10_000)
    }

    @Test func whatIsOutOfRangeIsCounted() {
        let day: Int64 = 86_400_000_000_000
        let distribution = distribution([-5, 0, day, .max])
        #expect(distribution.count == 4)
        #expect(distribution.maximum == .nanoseconds(Int64.max))
        #expect(distribution.value(atPercentile: 0) == .zero)
        #expect(isNear(distribution.value(atPercentile: 75), 3_600_000_000_000))
    }

    @Test(arguments: [-1, 101, .infinity, -.infinity, .nan] as [Double])
    func anyPercentileHasAnAnswer(percentile: Double) {
        let value = distribution([1_000, 2_000]).value(atPercentile: percentile)
        #expect(value >= .zero && value <= .nanoseconds(2_000))
    }

    @Test func copiesAreValues() {
        let original = distribution([1, 2, 3])
        var copy = original
        #expect(copy == original && copy.hashValue == original.hashValue)
        copy.record(nanoseconds: 4)
        #expect(original.count == 3)
        #expect(copy != original)
    }
}
