import EngineSansIO
import Testing

@Suite struct FailoverTests {
    private func counts(_ weights: [Double], choices: Int = 10_000) -> [Int] {
        var balancer = LoadBalancer(strategy: .failover, generator: SplitMix64(seed: 1))
        return balancer.counts(candidates(weights), choices: choices)
    }

    @Test func theFirstThatWorksGetsAll() {
        #expect(counts([1, 1, 1]) == [10_000, 0, 0])
        #expect(counts([0, 1, 1]) == [0, 10_000, 0])
        #expect(counts([0, 0, 1]) == [0, 0, 10_000])
        #expect(counts([0, 0, 0]) == [0, 0, 0])
        #expect(counts([]) == [])
    }

    @Test func loadDoesNotMatter() {
        var balancer = LoadBalancer(strategy: .failover, generator: SplitMix64(seed: 1))
        var pair = candidates([1, 1])
        pair[0].outstanding = 1_000_000
        #expect(balancer.counts(pair, choices: 100) == [100, 0])
    }

    @Test(arguments: [0.1, 0.25, 0.5, 0.9])
    func trafficReturnsByWeight(_ weight: Double) {
        let counts = counts([weight, 1, 1])
        #expect(abs(Double(counts[0]) - 10_000 * weight) < 200)
        #expect(counts[0] + counts[1] == 10_000)
    }

    @Test func whatTheFirstDoesNotTakeGoesOnByWeight() {
        let counts = counts([0.2, 0.5, 1])
        for (count, expected) in zip(counts, [2_000, 4_000, 4_000]) {
            #expect(abs(count - expected) < 200)
        }
    }

    @Test func thoseThatAreBackServeAllAmongThemselves() {
        #expect(counts([0, 0.1]) == [0, 10_000])
        // Nobody takes 0.9 × 0.9 of them, and then the first has to.
        let both = counts([0.1, 0.1])
        #expect(abs(both[0] - 9_100) < 200)
        #expect(both[0] + both[1] == 10_000)
    }
}
