/// Which endpoint an exchange goes to.
package struct Placement: ~Copyable {
    /// An endpoint as it is at the moment.
    package struct Endpoint: Sendable {
        /// Its number, for the balancer.
        package let number: Int
        /// Exchanges that were sent there and have not ended.
        package let outstanding: Int
        /// Whether its breaker is closed and it says that it is ready.
        package let isUsable: Bool
        /// The share of its usual load that it should have, 0 to 1; 0 where it is not usable.
        package let weight: Double
        /// Whether it could not be connected to lately, and is not tried again yet.
        package let isBackingOff: Bool
        /// Whether connecting there fails until files, configuration or program change.
        package let isUnreachable: Bool
        /// Whether it is half-open, without a trial under way.
        package let wantsTrial: Bool

        package init(
            number: Int, outstanding: Int, isUsable: Bool, weight: Double, isBackingOff: Bool,
            isUnreachable: Bool, wantsTrial: Bool
        ) {
            self.number = number
            self.outstanding = outstanding
            self.isUsable = isUsable
            self.weight = weight
            self.isBackingOff = isBackingOff
            self.isUnreachable = isUnreachable
            self.wantsTrial = wantsTrial
        }

        package var isFit: Bool { isUsable && !isBackingOff }
    }

    package enum Choice: Hashable, Sendable {
        case endpoint(Int)
        /// The exchange is the trial of a half-open endpoint.
        case trial(Int)
        /// No endpoint is healthy enough.
        case none
    }

    /// Whether an exchange ends with an error rather than go to an endpoint that is not healthy.
    package var rejectsWhenUnhealthy: Bool
    private var balancer: LoadBalancer
    private var nameHashes: [UInt64]
    // Used again for each choice.
    private var candidates: [LoadBalancer.Candidate] = []

    package init(_ strategy: LoadBalancing, rejectsWhenUnhealthy: Bool, generator: SplitMix64) {
        balancer = LoadBalancer(strategy: strategy, generator: generator)
        self.rejectsWhenUnhealthy = rejectsWhenUnhealthy
        nameHashes = []
    }

    package var strategy: LoadBalancing {
        get { balancer.strategy }
        set { balancer.strategy = newValue }
    }

    /// Sets the names that routing keys are matched with, in the order of the endpoints.
    package mutating func setNames(_ names: [String]) {
        nameHashes = names.map { RendezvousHash.hash($0) }
    }

    /// Chooses an endpoint.
    ///
    /// - Parameters:
    ///   - endpoints: All, in the order of their names.
    ///   - key: The exchange's routing key.
    ///   - mayBeTrial: Whether the exchange may be put at risk.
    ///   - avoided: Where it failed before; chosen only when no other is left.
    package mutating func choose(
        among endpoints: [Endpoint], key: String?, mayBeTrial: Bool, avoiding avoided: Int?
    ) -> Choice {
        if let trial = trial(among: endpoints, key, mayBeTrial, avoided) { return .trial(trial) }
        // In this order: fit; backing off; where it failed before.
        let choice =
            choose(endpoints, key) { $0 != avoided && $1.isFit ? $1.weight : 0 }
            ?? choose(endpoints, key) { $0 != avoided ? $1.weight : 0 }
            ?? choose(endpoints, key) { $1.weight }
            ?? whenUnhealthy(endpoints, key, avoided)
        return choice.map { .endpoint($0) } ?? .none
    }

    /// Chooses among endpoints that can be connected to, even if they back off.
    package mutating func chooseReachable(
        among endpoints: [Endpoint], key: String?, avoiding avoided: Int?
    ) -> Choice {
        let choice = choose(endpoints, key) { $0 != avoided && !$1.isUnreachable ? $1.weight : 0 }
        if let choice { return .endpoint(choice) }
        if rejectsWhenUnhealthy { return .none }
        return choose(endpoints, key) { $0 != avoided && !$1.isUnreachable ? 1 : 0 }
            .map { .endpoint($0) } ?? .none
    }

    /// No endpoint is healthy: tries one anyway unless ``rejectsWhenUnhealthy``.
    private mutating func whenUnhealthy(
        _ endpoints: [Endpoint], _ key: String?, _ avoided: Int?
    ) -> Int? {
        if rejectsWhenUnhealthy { return nil }
        return choose(endpoints, key) { index, _ in index != avoided ? 1 : 0 }
            ?? choose(endpoints, key) { _, _ in 1 }
    }

    private func trial(
        among endpoints: [Endpoint], _ key: String?, _ mayBeTrial: Bool, _ avoided: Int?
    ) -> Int? {
        guard mayBeTrial || endpoints.count == 1 else { return nil }
        let home = key.flatMap { chooseByKey($0, endpoints) { _, _ in 1 } }
        return endpoints.indices.first { index in
            index != avoided && endpoints[index].wantsTrial && (home ?? index) == index
        }
    }

    private mutating func choose(
        _ endpoints: [Endpoint], _ key: String?, weight: (Int, Endpoint) -> Double
    ) -> Int? {
        if let key { return chooseByKey(key, endpoints, weight) }
        candidates.removeAll(keepingCapacity: true)
        for (index, endpoint) in endpoints.enumerated() {
            candidates.append(
                LoadBalancer.Candidate(
                    endpoint: endpoint.number, outstanding: endpoint.outstanding,
                    weight: weight(index, endpoint)))
        }
        let candidates = candidates
        return balancer.choose(among: candidates.span)
    }

    private func chooseByKey(
        _ key: String, _ endpoints: [Endpoint], _ weight: (Int, Endpoint) -> Double
    ) -> Int? {
        RendezvousHash.choose(key: RendezvousHash.hash(key), among: nameHashes.span) { index in
            weight(index, endpoints[index]) > 0
        }
    }
}
