import EngineSansIO
import Testing

typealias Candidate = LoadBalancer.Candidate

/// Candidates numbered from 0 on, with these weights and nothing in flight.
func candidates(_ weights: [Double]) -> [Candidate] {
    weights.enumerated().map { Candidate(endpoint: $0.offset, outstanding: 0, weight: $0.element) }
}

extension LoadBalancer {
    /// How often each index is chosen.
    mutating func counts(_ candidates: [Candidate], choices: Int) -> [Int] {
        var counts = candidates.map { _ in 0 }
        for _ in 0..<choices {
            guard let index = choose(among: candidates.span) else { continue }
            counts[index] += 1
        }
        return counts
    }
}

@Suite struct LeastRequestsTests {
    private func balancer(seed: UInt64 = 1) -> LoadBalancer {
        LoadBalancer(strategy: .leastRequests, generator: SplitMix64(seed: seed))
    }

    @Test(arguments: 0..<10)
    func ofTwoTheLessLoadedOneIsUsed(_ load: Int) {
        var balancer = balancer()
        var pair = candidates([1, 1])
        pair[0].outstanding = load
        pair[1].outstanding = load + 1
        #expect(balancer.counts(pair, choices: 1_000) == [1_000, 0])
        pair.swapAt(0, 1)
        #expect(balancer.counts(pair, choices: 1_000) == [0, 1_000])
    }

    @Test(arguments: [2, 3, 10])
    func tiesAreSpreadEvenly(_ count: Int) {
        var balancer = balancer()
        let equal = candidates(Array(repeating: 1, count: count))
        for chosen in balancer.counts(equal, choices: 1_000 * count) {
            #expect(abs(chosen - 1_000) < 120)
        }
    }

    @Test func theMostLoadedOfManyIsNeverUsed() {
        var balancer = balancer()
        let many = (0..<10).map { Candidate(endpoint: $0, outstanding: $0, weight: 1) }
        let counts = balancer.counts(many, choices: 9_000)
        // Index i wins against all behind it: 9 - i of the 45 pairs.
        for (index, count) in counts.enumerated() {
            #expect(abs(count - (9 - index) * 200) < 160)
        }
        #expect(counts[9] == 0)
    }

    @Test func loadsStayCloserThanByChance() {
        var balancer = balancer()
        var random = SplitMix64(seed: 2)
        var pool = candidates(Array(repeating: 1, count: 100))
        var byChance = pool
        for _ in 0..<10_000 {
            guard let index = balancer.choose(among: pool.span) else { continue }
            pool[index].outstanding += 1
            byChance[Int.random(in: 0..<100, using: &random)].outstanding += 1
        }
        let most = pool.map(\.outstanding).max() ?? 0
        #expect(pool.map(\.outstanding).reduce(0, +) == 10_000)
        #expect(most <= 103)
        #expect(byChance.map(\.outstanding).max() ?? 0 > 115)
    }

    @Test(arguments: [2, 4, 10])
    func anIdleOneWithAWeightGetsThatPartOfItsShare(_ count: Int) {
        for weight in [0.1, 0.5, 0.9] {
            var balancer = balancer()
            let weights = [weight] + Array(repeating: 1.0, count: count - 1)
            let chosen = balancer.counts(candidates(weights), choices: 2_000 * count)[0]
            #expect(abs(Double(chosen) - 2_000 * weight) < 200 * weight.squareRoot())
        }
    }

    /// Callers that always have this many requests in flight, which end in random order.
    @Test(arguments: [1, 2, 4, 16, 64], [0.1, 0.5])
    func aSmallWeightIsHeldBackAtAnyLoad(_ concurrency: Int, _ weight: Double) {
        var balancer = balancer()
        var random = SplitMix64(seed: 3)
        var pair = candidates([1, weight])
        var inFlight: [Int] = []
        var counts = [0, 0]
        for _ in 0..<10_000 {
            if inFlight.count == concurrency {
                let ended = inFlight.remove(at: .random(in: inFlight.indices, using: &random))
                pair[ended].outstanding -= 1
            }
            guard let index = balancer.choose(among: pair.span) else { continue }
            pair[index].outstanding += 1
            inFlight.append(index)
            counts[index] += 1
        }
        // Half of its weight when all are idle, as each of two equal ones has, and never more than it.
        let bounds = 4_600 * weight...10_400 * weight
        #expect(bounds.contains(Double(counts[1])))
    }

    @Test func withoutAWeightItIsNeverUsed() {
        var balancer = balancer()
        var three = candidates([0, 1, 0])
        three[1].outstanding = 1_000
        #expect(balancer.counts(three, choices: 100) == [0, 100, 0])
        #expect(balancer.choose(among: candidates([0, 0]).span) == nil)
        #expect(balancer.choose(among: candidates([]).span) == nil)
    }

    @Test func seedDecides() {
        let equal = candidates([1, 1, 1, 1])
        func choices(seed: UInt64) -> [Int?] {
            var balancer = balancer(seed: seed)
            return (0..<50).map { _ in balancer.choose(among: equal.span) }
        }
        #expect(choices(seed: 7) == choices(seed: 7))
        #expect(choices(seed: 7) != choices(seed: 8))
    }
}
