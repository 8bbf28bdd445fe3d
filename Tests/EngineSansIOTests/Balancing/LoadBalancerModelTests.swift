import EngineSansIO
import Testing

/// Endpoints that come, go, fail and return at random, under each strategy.
struct LoadBalancerModelTests {
    private static let weights: [Double] = [
        0, 0, 0.1, 0.5, 1, 1, 2, -1, .nan, .infinity, -.infinity, .leastNonzeroMagnitude,
        .greatestFiniteMagnitude,
    ]

    private func randomCandidates(_ random: inout SplitMix64) -> [Candidate] {
        let endpoints = (0..<12).shuffled(using: &random)
        return endpoints.prefix(.random(in: 0...12, using: &random)).map {
            Candidate(
                endpoint: $0,
                outstanding: [.min, -1, 0, 1, 7, .max].randomElement(using: &random) ?? 0,
                weight: Self.weights.randomElement(using: &random) ?? 0)
        }
    }

    @Test(arguments: LoadBalancing.allCases)
    func whoeverIsChosenHasAWeight(_ strategy: LoadBalancing) {
        for seed: UInt64 in 0..<50 {
            var random = SplitMix64(seed: seed)
            var balancer = LoadBalancer(strategy: strategy, generator: SplitMix64(seed: ~seed))
            for _ in 0..<100 {
                let some = randomCandidates(&random)
                let usable = some.indices.filter { some[$0].weight > 0 }
                let choice = balancer.choose(among: some.span)
                #expect(choice.map(usable.contains) ?? usable.isEmpty, "seed \(seed)")
            }
        }
    }

    @Test(arguments: LoadBalancing.allCases)
    func aChangeOfStrategyHoldsAtOnce(_ before: LoadBalancing) {
        var balancer = LoadBalancer(strategy: before, generator: SplitMix64(seed: 1))
        var pair = candidates([1, 1])
        pair[0].outstanding = 5
        _ = balancer.counts(pair, choices: 101)
        balancer.strategy = .failover
        #expect(balancer.counts(pair, choices: 10) == [10, 0])
        balancer.strategy = .leastRequests
        #expect(balancer.counts(pair, choices: 10) == [0, 10])
        balancer.strategy = .roundRobin
        #expect(balancer.counts(pair, choices: 10) == [5, 5])
    }

    @Test(arguments: LoadBalancing.allCases)
    func allHaveTheirShareAfterChanges(_ strategy: LoadBalancing) {
        var random = SplitMix64(seed: 9)
        var balancer = LoadBalancer(strategy: strategy, generator: SplitMix64(seed: 10))
        for _ in 0..<500 { _ = balancer.choose(among: randomCandidates(&random).span) }
        let counts = balancer.counts(candidates([1, 1, 1, 1]), choices: 4_000)
        let expected = strategy == .failover ? [4_000, 0, 0, 0] : [1_000, 1_000, 1_000, 1_000]
        for (count, expected) in zip(counts, expected) { #expect(abs(count - expected) < 120) }
    }
}
