internal import EngineCore
internal import EngineSansIO
internal import Glibc
internal import Synchronization

/// A place for an engine, which is replaced now and then.
final class EngineSlot: Sendable {
    /// How the engines of a slot are configured.
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

        /// Those that live as long as the run.
        static let lasting: [Variant] = [.usual, .once, .tight, .wary]
    }

    let endpoint: EndpointAddress
    let variant: Variant
    let loop: EngineLoop
    private let current: Mutex<Engine?>
    private let graveyard: Graveyard

    init(
        _ endpoint: EndpointAddress, _ variant: Variant, loop: EngineLoop, graveyard: Graveyard
    ) {
        self.endpoint = endpoint
        self.variant = variant
        self.loop = loop
        self.graveyard = graveyard
        current = Mutex(Self.make(endpoint, variant, loop))
    }

    var label: String { "\(endpoint.name).\(variant.rawValue)" }

    /// The engine of the moment; nil after the end.
    var engine: Engine? { current.withLock { $0 } }

    /// Puts a new engine in the place, and closes the old one with all that it is doing.
    func recycle() async {
        await replace(with: Self.make(endpoint, variant, loop))
    }

    /// Closes the engine; there is none afterwards.
    func close() async {
        await replace(with: nil)
    }

    private func replace(with new: Engine?) async {
        let old = current.withLock { current in
            defer { current = new }
            return current
        }
        guard let old else { return }
        graveyard.bury(old)
        await old.close()
    }

    private static func make(
        _ endpoint: EndpointAddress, _ variant: Variant, _ loop: EngineLoop
    ) -> Engine {
        var configuration = EngineConfiguration(
            socketPath: endpoint.path, retries: 5, timeout: .seconds(2))
        configuration.backoff = Backoff(base: .milliseconds(20), maximum: .milliseconds(400))
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
        case .wary:
            configuration.expectedPeer = ExpectedPeer(user: .id(getuid()))
            configuration.socketFile = SocketFileRequirement(
                ownerID: getuid(), allowedPermissions: 0o777)
        }
        return Engine(configuration: configuration, loop: loop)
    }
}

/// Where an engine is to be found.
struct EndpointAddress: Sendable, Codable, Hashable {
    let name: String
    let path: String
}
