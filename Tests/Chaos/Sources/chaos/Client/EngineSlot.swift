internal import EngineCore
internal import EngineSansIO
internal import Synchronization

/// A place for an engine, which is replaced now and then.
final class EngineSlot: Sendable {
    /// Engine and variant, such as `pool.tight`.
    let label: String
    let loop: EngineLoop
    private let settings: SlotSettings
    private let current: Mutex<Engine?>
    private let graveyard: Graveyard
    private let watchers: Population

    /// - Parameters:
    ///   - settings: How the engines of the place are configured.
    ///   - loop: Where they live.
    ///   - graveyard: Gets those that were closed.
    ///   - watchers: Counts the tasks that follow their health.
    init(
        _ settings: SlotSettings, loop: EngineLoop, graveyard: Graveyard, watchers: Population
    ) {
        label = settings.label
        self.settings = settings
        self.loop = loop
        self.graveyard = graveyard
        self.watchers = watchers
        current = Mutex(nil)
        current.withLock { $0 = make() }
    }

    /// The engine of the moment; nil after the end.
    var engine: Engine? { current.withLock { $0 } }

    /// Where the engines of the place are found.
    var addresses: [EndpointAddress] { settings.addresses }

    /// Whether small requests go to it at a steady pace.
    var isPulsed: Bool {
        settings.variant == .usual && LatencyChecks.engines.contains(addresses[0].name)
    }

    /// Whether a task follows the engine's health.
    var isWatched: Bool { settings.isFleet && engine != nil }

    /// Puts a new engine in the place, and closes the old one.
    ///
    /// - Parameter limit: How long it may go on with what it is doing; nil for not at all.
    func recycle(finishingWithin limit: Duration?) async {
        await replace(with: make(), finishingWithin: limit)
    }

    /// Has the engine go on under another configuration; one that was closed does not.
    func reconfigure(_ change: SlotSettings.Change) async {
        guard let engine else { return }
        try? await engine.reconfigure(settings.configuration(changedBy: change))
    }

    /// Has the engine look at its engines' health, or leave that, which lets it close idle
    /// connections.
    func setChecks(_ areOn: Bool) async {
        guard let engine, settings.configuration(changedBy: nil).healthCheck != nil else { return }
        var configuration = settings.configuration(changedBy: nil)
        if !areOn { configuration.healthCheck = nil }
        try? await engine.reconfigure(configuration)
    }

    /// Closes the engine; there is none afterwards.
    func close() async {
        await replace(with: nil, finishingWithin: nil)
    }

    private func replace(with new: Engine?, finishingWithin limit: Duration?) async {
        let old = current.withLock { current in
            defer { current = new }
            return current
        }
        guard let old else { return }
        graveyard.bury(old)
        if let limit { await old.close(finishingWithin: limit) } else { await old.close() }
    }

    private func make() -> Engine {
        let engine = Engine(configuration: settings.configuration(changedBy: nil), loop: loop)
        if settings.isFleet { watch(engine) }
        return engine
    }

    // Ends with the engine, which it does not hold.
    private func watch(_ engine: Engine) {
        let (changes, member) = (engine.healthChanges, watchers.join())
        Task.detached {
            for await _ in changes {}
            withExtendedLifetime(member) {}
        }
    }
}

/// Where an engine is to be found.
struct EndpointAddress: Sendable, Codable, Hashable {
    let name: String
    let path: String
}
