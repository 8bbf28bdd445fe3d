import EngineSansIO
import Testing

@Suite struct RoundRobinTests {
    private func balancer(seed: UInt64 = 1) -> LoadBalancer {
        LoadBalancer(strategy: .roundRobin, generator: SplitMix64(seed: seed))
    }

    /// The endpoints that are chosen one after the other.
    private func endpoints(
        _ balancer: inout LoadBalancer, _ candidates: [Candidate], count: Int
    ) -> [Int] {
        (0..<count).compactMap { _ in
            balancer.choose(among: candidates.span).map { candidates[$0].endpoint }
        }
    }

    @Test(arguments: 0..<20)
    func eachHasItsTurnInTheSameOrder(_ seed: Int) {
        var balancer = balancer(seed: UInt64(seed))
        let five = candidates([1, 1, 1, 1, 1])
        let first = endpoints(&balancer, five, count: 5)
        #expect(Set(first).count == 5)
        for _ in 0..<100 { #expect(endpoints(&balancer, five, count: 5) == first) }
    }

    @Test func clientsBeginWithDifferentEndpoints() {
        let four = candidates([1, 1, 1, 1])
        var counts = [0, 0, 0, 0]
        for seed in 0..<4_000 {
            var balancer = balancer(seed: UInt64(seed))
            for endpoint in endpoints(&balancer, four, count: 1) { counts[endpoint] += 1 }
        }
        for count in counts { #expect(abs(count - 1_000) < 120) }
    }

    @Test func sharesFollowWeightsAtEveryMoment() {
        var balancer = balancer()
        let weights = [1, 0.5, 0.3, 0.2]
        var counts = [0, 0, 0, 0]
        for choice in 1...1_000 {
            let chosen = endpoints(&balancer, candidates(weights), count: 1)
            for endpoint in chosen { counts[endpoint] += 1 }
            for (count, weight) in zip(counts, weights) {
                #expect(abs(Double(count) - Double(choice) * weight / 2) < 2)
            }
        }
    }

    @Test func aHeavyOneIsSpreadAmongTheOthers() {
        var balancer = balancer()
        let chosen = endpoints(&balancer, candidates([1, 0.2, 0.2, 0.2]), count: 800)
        // Five of eight, but never five in a row.
        #expect(chosen.indices.dropLast(3).allSatisfy { Set(chosen[$0..<$0 + 4]).count > 1 })
    }

    @Test func theOthersKeepTheirOrderWhenOneGoes() {
        var balancer = balancer()
        let five = candidates([1, 1, 1, 1, 1])
        let order = endpoints(&balancer, five, count: 5)
        let gone = order[2]
        let rest = endpoints(&balancer, five.filter { $0.endpoint != gone }, count: 40)
        for turn in 0..<10 {
            #expect(Array(rest[4 * turn..<4 * turn + 4]) == order.filter { $0 != gone })
        }
    }

    @Test func theOthersKeepTheirOrderWhenOneComes() {
        var balancer = balancer()
        let order = endpoints(&balancer, candidates([1, 1, 1, 1]), count: 4)
        let chosen = endpoints(&balancer, candidates([1, 1, 1, 1, 1]), count: 50)
        #expect(chosen.filter { $0 == 4 }.count == 10)
        let others = chosen.filter { $0 != 4 }
        for turn in 0..<10 { #expect(Array(others[4 * turn..<4 * turn + 4]) == order) }
    }

    @Test func positionsDoNotMatter() {
        var straight = balancer()
        var shuffled = straight
        var random = SplitMix64(seed: 5)
        let five = candidates([1, 0.9, 0.7, 0.4, 0.2])
        // The first sight of an endpoint draws its start, in the order of sight.
        let begin = endpoints(&straight, five, count: 1)
        #expect(begin == endpoints(&shuffled, five, count: 1))
        for _ in 0..<1_000 {
            let chosen = endpoints(&straight, five, count: 1)
            #expect(chosen == endpoints(&shuffled, five.shuffled(using: &random), count: 1))
        }
    }

    @Test func whoWasOutGetsNoBurst() {
        var balancer = balancer()
        _ = endpoints(&balancer, candidates([1, 1, 1]), count: 100)
        let meanwhile = endpoints(&balancer, candidates([1, 1, 0]), count: 1_000)
        #expect(!meanwhile.contains(2))
        let chosen = endpoints(&balancer, candidates([1, 1, 1]), count: 30)
        #expect((9...11).contains(chosen.filter { $0 == 2 }.count))
        #expect(!zip(chosen, chosen.dropFirst()).contains { $0 == 2 && $1 == 2 })
    }

    @Test(arguments: 0..<50)
    func whoWasOutOwesNothing(_ seed: Int) {
        var balancer = balancer(seed: UInt64(seed))
        let ten = candidates(Array(repeating: 1, count: 10))
        let order = endpoints(&balancer, ten, count: 1)
        let meanwhile = endpoints(&balancer, ten.filter { $0.endpoint != order[0] }, count: 1)
        let idle = ten.filter { $0.endpoint != meanwhile[0] && $0.endpoint != order[0] }
        let pair = [ten[order[0]], idle[0]]
        #expect(endpoints(&balancer, pair, count: 4).contains(order[0]))
    }

    @Test func whoFailsAfterEachTurnIsStillUsed() {
        var balancer = balancer()
        let ten = candidates(Array(repeating: 1, count: 10))
        let rest = ten.filter { $0.endpoint != 3 }
        for _ in 0..<200 {
            let chosen = endpoints(&balancer, ten, count: 20)
            #expect(chosen.contains(3))
            while endpoints(&balancer, ten, count: 1) != [3] {}
            _ = endpoints(&balancer, rest, count: 1)
        }
        let chosen = endpoints(&balancer, ten, count: 100)
        for endpoint in 0..<10 {
            #expect((9...11).contains(chosen.filter { $0 == endpoint }.count))
        }
    }

    @Test func withoutAWeightItIsNeverUsed() {
        var balancer = balancer()
        #expect(endpoints(&balancer, candidates([0, 1, 0]), count: 3) == [1, 1, 1])
        #expect(balancer.choose(among: candidates([0, 0]).span) == nil)
        #expect(balancer.choose(among: candidates([]).span) == nil)
    }
}
