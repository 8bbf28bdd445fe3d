/// Chooses the endpoint of each request.
///
/// Weights are 0...1: an endpoint of weight 0 is never chosen, and one of weight w gets w times the
/// share that it would have with 1. Weights past 1 count as 1, and what is no number as 0. A choice
/// costs O(n) and allocates nothing once all endpoints were seen.
package struct LoadBalancer: Sendable {
    /// An endpoint as it is now.
    package struct Candidate: Sendable, Hashable {
        /// Names the endpoint for as long as it exists.
        package let endpoint: Int
        /// Requests in flight there.
        package var outstanding: Int
        /// The share that it may have.
        package var weight: Double

        package init(endpoint: Int, outstanding: Int, weight: Double) {
            self.endpoint = endpoint
            self.outstanding = outstanding
            self.weight = weight
        }
    }

    package var strategy: LoadBalancing
    private var generator: SplitMix64
    private var rotation = Rotation()

    package init(strategy: LoadBalancing, generator: SplitMix64) {
        self.strategy = strategy
        self.generator = generator
    }

    /// The index into `candidates` of the one to use; nil when none has a weight.
    ///
    /// - Parameter candidates: In order of preference, which matters to ``LoadBalancing/failover``.
    package mutating func choose(among candidates: Span<Candidate>) -> Int? {
        switch strategy {
        case .leastRequests: leastOfTwo(candidates)
        case .roundRobin: rotation.next(among: candidates, using: &generator)
        case .failover: firstInOrder(candidates)
        }
    }
}

extension LoadBalancer.Candidate {
    /// Whether it may be chosen.
    var isUsable: Bool { weight > 0 }

    /// The weight, 0...1.
    var share: Double { isUsable ? min(weight, 1) : 0 }

    /// Requests in flight for each part of the weight.
    var load: Double { Double(max(0, outstanding)) / share }
}

// MARK: - Two choices

extension LoadBalancer {
    /// Two different ones at random, and of those the one with fewer requests for its weight, when
    /// it takes the request: that bounds the share of one that is back, which is idle and would
    /// win each time.
    ///
    /// Source: Mitzenmacher, "The power of two choices in randomized load balancing", 2001.
    private mutating func leastOfTwo(_ candidates: Span<Candidate>) -> Int? {
        var count = 0
        for index in candidates.indices where candidates[index].isUsable { count += 1 }
        guard count > 1 else { return usable(0, of: candidates) }
        let one = Int.random(in: 0..<count, using: &generator)
        var other = Int.random(in: 0..<count - 1, using: &generator)
        if other >= one { other += 1 }
        guard let left = usable(one, of: candidates), let right = usable(other, of: candidates)
        else { return nil }
        let leftTakes = takes(candidates[left])
        guard leftTakes == takes(candidates[right]) else { return leftTakes ? left : right }
        // The order of the two is random already, which breaks ties.
        return candidates[left].load <= candidates[right].load ? left : right
    }

    /// The index of the usable one with this number.
    private func usable(_ number: Int, of candidates: Span<Candidate>) -> Int? {
        var passed = 0
        for index in candidates.indices where candidates[index].isUsable {
            if passed == number { return index }
            passed += 1
        }
        return nil
    }

    /// Whether it takes a request that comes to it, with the probability of its weight.
    private mutating func takes(_ candidate: Candidate) -> Bool {
        Double.random(in: 0..<1, using: &generator) < candidate.share
    }
}

// MARK: - Failover

extension LoadBalancer {
    /// The first that takes the request: what an endpoint that comes back does not take yet stays
    /// with those after it. When none does, the first usable one has to.
    private mutating func firstInOrder(_ candidates: Span<Candidate>) -> Int? {
        for index in candidates.indices where takes(candidates[index]) { return index }
        return usable(0, of: candidates)
    }
}
