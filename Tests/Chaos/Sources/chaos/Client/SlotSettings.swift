internal import EngineCore
internal import EngineSansIO
internal import Glibc

/// How the engines of one place are configured.
struct SlotSettings: Sendable {
    /// In which way.
    enum Variant: String, Sendable {
        /// As they come, with shorter waits.
        case usual
        /// No retries.
        case once
        /// A deadline for each phase, few connections and a short queue.
        case tight
        /// Looks who is listening.
        case wary
        /// As they come, on a loop that is shut down over them.
        case visiting
        /// Several engines, the least busy one first.
        case spread
        /// Several engines, one after the other.
        case rotating
        /// Several engines, the first one if it is well.
        case failover
        /// Several engines, and no request while none is well.
        case picky

        /// Those with one engine.
        static let single: [Variant] = [.usual, .once, .tight, .wary]
        /// Those with several.
        static let fleets: [Variant] = [.spread, .rotating, .failover, .picky]
    }

    /// What is changed while requests are under way; deadlines and retries stay as they are.
    struct Change: Sendable {
        var maximumConnections = 16
        var idleMilliseconds = 1_000
        var ageMilliseconds = 400
        /// Takes the place of the engines' order, and leaves one out.
        var rotation = 0
        var leavesOneOut = false
        var looksWhoListens = false

        init(using generator: inout SeededGenerator) {
            maximumConnections = .random(in: 1...16, using: &generator)
            idleMilliseconds = .random(in: 20...1_000, using: &generator)
            ageMilliseconds = .random(in: 20...400, using: &generator)
            rotation = .random(in: 0...3, using: &generator)
            leavesOneOut = generator.chance(0.5)
            looksWhoListens = generator.chance(0.5)
        }
    }

    /// A name for all of them together.
    private let name: String
    let addresses: [EndpointAddress]
    let variant: Variant

    init(_ address: EndpointAddress, _ variant: Variant) {
        name = address.name
        addresses = [address]
        self.variant = variant
    }

    init(fleet addresses: [EndpointAddress], _ variant: Variant) {
        name = Self.fleet
        self.addresses = addresses
        self.variant = variant
    }

    /// What several engines are called together.
    static let fleet = "fleet"

    var label: String { "\(name).\(variant.rawValue)" }
    var isFleet: Bool { addresses.count > 1 }

    func configuration(changedBy change: Change?) -> EngineConfiguration {
        var configuration = EngineConfiguration(
            socketPaths: addresses.map(\.path), retries: 5, timeout: .seconds(2))
        configuration.backoff = Backoff(base: .milliseconds(20), maximum: .milliseconds(400))
        configuration.health.openInterval = .milliseconds(200)
        configuration.health.maximumOpenInterval = .milliseconds(1_000)
        configuration.health.slowStart = .milliseconds(1_000)
        switch variant {
        case .usual, .visiting: break
        case .once: configuration.retries = 0
        case .tight:
            configuration.maximumConnections = 2
            configuration.maximumQueueLength = 24
            configuration.phaseTimeouts.waiting = .milliseconds(800)
            configuration.phaseTimeouts.connecting = .milliseconds(500)
            configuration.phaseTimeouts.writing = .milliseconds(500)
            configuration.phaseTimeouts.firstByte = .milliseconds(500)
            configuration.phaseTimeouts.betweenBytes = .milliseconds(500)
        case .wary: Self.lookWhoListens(&configuration)
        case .spread: configuration.healthCheck = Self.check
        case .rotating: configuration.balancing = .roundRobin
        case .failover:
            configuration.balancing = .failover
            configuration.healthCheck = Self.check
        case .picky: configuration.rejectsWhenUnhealthy = true
        }
        if let change { apply(change, to: &configuration) }
        return configuration
    }

    private static let check = HealthCheck(
        EngineRequest(.get, "/status"), interval: .milliseconds(300), timeout: .milliseconds(500))

    private static func lookWhoListens(_ configuration: inout EngineConfiguration) {
        configuration.expectedPeer = ExpectedPeer(user: .id(getuid()))
        configuration.socketFile = SocketFileRequirement(
            ownerID: getuid(), allowedPermissions: 0o777)
    }

    private func apply(_ change: Change, to configuration: inout EngineConfiguration) {
        configuration.maximumConnections = change.maximumConnections
        configuration.idleTimeout = .milliseconds(change.idleMilliseconds)
        configuration.maximumConnectionAge = .milliseconds(change.ageMilliseconds)
        if change.looksWhoListens { Self.lookWhoListens(&configuration) }
        guard isFleet else { return }
        let paths = configuration.socketPaths
        let first = change.rotation % paths.count
        configuration.socketPaths = Array(paths[first...] + paths[..<first])
        if change.leavesOneOut { configuration.socketPaths.removeLast() }
    }
}
