internal import EngineRuntime
internal import EngineSansIO

/// The endpoints of a client, and which of them an exchange goes to; lives on the loop's thread.
final class EndpointList {
    typealias Member = Endpoint<LoopTransport>

    /// One for each engine, in the order of the configuration.
    private(set) var current: [Member] = []
    /// Endpoints that the configuration names no longer; they end with their last exchange.
    private(set) var retired: [Member] = []
    /// What endpoints have done that are gone.
    private(set) var pastTotals = PoolStatistics()

    private let network: LoopTransport
    private let telemetry: ClientTelemetry
    private var lastNumber = 0
    private var generator: SplitMix64
    #if !DEBUG
        @safe @exclusivity(unchecked)
    #endif
    private var placement: Placement
    // Used again for each choice.
    private var snapshots: [Placement.Endpoint] = []

    init(
        _ configuration: EngineConfiguration, on network: LoopTransport,
        telemetry: ClientTelemetry, seed: UInt64
    ) {
        self.network = network
        self.telemetry = telemetry
        generator = SplitMix64(seed: seed)
        placement = Placement(
            configuration.balancing, rejectsWhenUnhealthy: configuration.rejectsWhenUnhealthy,
            generator: SplitMix64(seed: generator.next()))
    }

    /// Makes the first endpoints.
    func open(
        _ paths: [SocketPath], _ configuration: EngineConfiguration,
        reportingTo delegate: any EndpointDelegate
    ) {
        use(paths.map { makeEndpoint(at: $0, configuration, delegate) })
    }

    private func use(_ endpoints: [Member]) {
        current = endpoints
        placement.setNames(endpoints.map(\.path.description))
    }

    private func makeEndpoint(
        at path: SocketPath, _ configuration: EngineConfiguration,
        _ delegate: any EndpointDelegate
    ) -> Member {
        lastNumber += 1
        return Endpoint(
            path: path, number: lastNumber, configuration: configuration, network: network,
            telemetry: telemetry.endpoint(path), generator: SplitMix64(seed: generator.next()),
            delegate: delegate)
    }

    var all: [Member] { retired.isEmpty ? current : current + retired }

    /// The endpoint of a number; nil when it is gone.
    subscript(number: Int?) -> Member? {
        guard let number else { return nil }
        if let first = current.first, first.number == number { return first }
        return all.first { $0.number == number }
    }

    // MARK: Placement

    /// Chooses an endpoint that is fit for an exchange.
    ///
    /// - Parameter last: Where it failed before.
    /// - Returns: Nil when none is healthy enough; and whether the exchange is the endpoint's trial.
    func choose(
        for exchange: Exchange, avoiding last: Member?, now: MonotonicTime
    ) -> (endpoint: Member, isTrial: Bool)? {
        if let target = exchange.target { return self[target].map { ($0, false) } }
        if current.count == 1, current[0].health.isUsable(now: now) { return (current[0], false) }
        takeSnapshots(now: now)
        let request = exchange.request
        let choice = placement.choose(
            among: snapshots, key: request.routingKey, mayBeTrial: request.isSafeToRepeat,
            avoiding: current.firstIndex { $0 === last })
        switch choice {
        case .none: return nil
        case .endpoint(let index): return (current[index], false)
        case .trial(let index):
            _ = current[index].health.admitTrial(now: now)
            exchange.trialSince = now
            return (current[index], true)
        }
    }

    /// Chooses an endpoint that can be connected to, though it may back off.
    func chooseReachable(
        for exchange: Exchange, avoiding last: Member, now: MonotonicTime
    ) -> Member? {
        takeSnapshots(now: now)
        let choice = placement.chooseReachable(
            among: snapshots, key: exchange.request.routingKey,
            avoiding: current.firstIndex { $0 === last })
        guard case .endpoint(let index) = choice else { return nil }
        return current[index]
    }

    /// Whether another endpoint is fit.
    func hasFit(beside endpoint: Member, now: MonotonicTime) -> Bool {
        current.contains { $0 !== endpoint && $0.placement(now: now).isFit }
    }

    private func takeSnapshots(now: MonotonicTime) {
        snapshots.removeAll(keepingCapacity: true)
        for endpoint in current { snapshots.append(endpoint.placement(now: now)) }
    }

    // MARK: Changing

    /// Adopts another configuration.
    ///
    /// - Returns: Endpoints that it does not name. They are marked as retired; their waiters are the
    ///   caller's to move.
    func reconfigure(
        _ configuration: EngineConfiguration, _ paths: [SocketPath],
        reportingTo delegate: any EndpointDelegate, now: MonotonicTime
    ) -> [Member] {
        placement.strategy = configuration.balancing
        placement.rejectsWhenUnhealthy = configuration.rejectsWhenUnhealthy
        var removed = current
        let kept = paths.map { path in
            if let index = removed.firstIndex(where: { $0.path == path }) {
                let endpoint = removed.remove(at: index)
                endpoint.reconfigure(configuration, now: now)
                return endpoint
            }
            return makeEndpoint(at: path, configuration, delegate)
        }
        use(kept)
        retired += removed
        for endpoint in removed { endpoint.markRetired() }
        return removed
    }

    /// Drops retired endpoints whose connections are gone.
    func dropEmpty(now: MonotonicTime) {
        guard !retired.isEmpty else { return }
        for endpoint in retired where endpoint.isEmpty {
            pastTotals += endpoint.figures.totals
            endpoint.endTelemetry(now: now)
        }
        retired.removeAll(where: \.isEmpty)
    }

    /// Whether all connections are gone.
    var isEmpty: Bool { retired.isEmpty && current.allSatisfy(\.isEmpty) }
}
