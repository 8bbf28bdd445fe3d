internal import EngineCore
internal import EngineModules

/// Clients on several loops, the workers that use them, and the sinks that live as long.
actor ClientProcess {
    private static let loopCount = 2
    private static let longestWait = 20.0

    private let client: ClientState
    private let seed: UInt64
    private let workers: Int
    private let lag: LagMonitor
    private let echoPath: String
    private let echo: AppendingFile
    private let eventEngines: [Engine]
    private var feeds: [SinkFeed] = []
    private var tasks: [Task<Void, Never>] = []
    private var feedTasks: [Task<SinkFeed, Never>] = []
    private var monitors: [Task<Void, Never>] = []

    init(
        index: Int, seed: UInt64, directory: String, workers: Int, endpoints: [EndpointAddress]
    ) throws {
        self.seed = seed
        self.workers = workers
        lag = LagMonitor(file: try AppendingFile("\(directory)/lag-\(index)"))
        echoPath = "\(directory)/\(Echo.socketName)"
        echo = try AppendingFile("\(directory)/echo-\(index)")
        let loops = (0..<Self.loopCount).map { number in
            var configuration = EngineLoop.Configuration()
            configuration.name = "chaos-\(index)-\(number)"
            // One of them looks for answers before it sleeps.
            if number == 1 { configuration.busyPoll = .microseconds(50) }
            return EngineLoop(configuration: configuration)
        }
        let graveyard = Graveyard()
        let watchers = Population()
        let single = endpoints.flatMap { address in
            SlotSettings.Variant.single.map { SlotSettings(address, $0) }
        }
        // What serves events stays out: it is busy enough.
        let fleet = endpoints.filter { $0.name != Supervisor.events }
        let settings =
            single + SlotSettings.Variant.fleets.map { SlotSettings(fleet: fleet, $0) }
        let slots = settings.enumerated().map { number, settings in
            EngineSlot(
                settings, loop: loops[number % loops.count], graveyard: graveyard,
                watchers: watchers)
        }
        client = ClientState(
            index: index, loops: loops, slots: slots, graveyard: graveyard, watchers: watchers,
            ledger: RequestLedger(
                client: index, file: try AppendingFile("\(directory)/requests-\(index)")),
            events: EventLog(
                client: index, file: try AppendingFile("\(directory)/events-\(index)")),
            files: UploadFiles(directory: directory))
        let path = endpoints.last { $0.name == Supervisor.events }?.path ?? endpoints[0].path
        eventEngines = loops.map { loop in
            Engine(configuration: EngineConfiguration(socketPath: path), loop: loop)
        }
    }

    /// Begins; nothing is done before ``go()``.
    func start() throws {
        try Echo.measure(against: echoPath, to: echo)
        let plans = [
            SinkPlan(.atMostOnce, .wait, pendingSize: 1_000_000),
            SinkPlan(.atLeastOnce, .wait, pendingSize: 1_000_000),
            SinkPlan(.atMostOnce, .dropOldest, pendingSize: 60_000),
        ]
        feeds = plans.enumerated().compactMap { number, plan in
            SinkFeed(plan, to: eventEngines[number % eventEngines.count], client: client)
        }
        for number in 0..<workers {
            // Half of them where a request costs no change of thread.
            let home = number.isMultiple(of: 2) ? nil : client.loops[number / 2 % Self.loopCount]
            let worker = Worker(name: "\(client.index).\(number)", client: client, home: home)
            tasks.append(Task.detached { [seed] in await worker.run(seed: seed) })
        }
        for (number, slot) in client.slots.enumerated() where slot.isPulsed {
            let worker = Worker(name: "pulse \(number)", client: client, home: nil)
            tasks.append(Task.detached { await worker.pulse(slot: number) })
        }
        for feed in feeds {
            let generator = SeededGenerator(seed: seed, "events of \(feed.name)")
            let gate = client.gate
            feedTasks.append(Task.detached { await feed.supply(gate, generator) })
        }
        for loop in [nil] + client.loops {
            monitors.append(Task.detached { [lag] in await lag.watch(loop) })
        }
    }

    func go() async {
        for slot in client.slots { await slot.setChecks(true) }
        client.gate.open()
    }

    // MARK: Counting

    /// Waits until nothing is under way, and counts.
    func census() async -> Census {
        client.gate.close()
        let everybody = tasks.count + feedTasks.count
        await wait { self.client.gate.waitingCount == everybody }
        for slot in client.slots {
            await slot.setChecks(false)
            // What an engine holds from its first request on, each of them holds then.
            _ = try? await slot.engine?.connect()
        }
        // What can't be sent while all engines are well shows as pending.
        let flushes = feeds.map { feed in Task.detached { _ = try? await feed.sink.flush() } }
        let sinks = feeds.map(\.sink)
        var census = Census()
        // Idle connections are given back after a second.
        await wait {
            await census.count(self.client)
            census.pendingEvents = sinks.reduce(0) { $0 + $1.statistics.pending }
            for engine in self.eventEngines {
                census.connections += await engine.statistics.connections
            }
            return census.connections == 0 && census.pendingEvents == 0 && census.isIdle
        }
        for flush in flushes { flush.cancel() }
        for flush in flushes { await flush.value }
        await census.countResources(of: client)
        return census
    }

    /// Ends the work, lets go of everything, and counts what is left.
    func finish() async -> Census {
        client.gate.finish()
        await wait { self.client.ledger.unfinished.isEmpty }
        var census = Census()
        await census.count(client)
        // One that hangs would hang this, too.
        guard census.unfinished.isEmpty else { return census }
        for task in tasks { await task.value }
        for task in feedTasks { await (await task.value).close() }
        for monitor in monitors { monitor.cancel() }
        for monitor in monitors { await monitor.value }
        for slot in client.slots { await slot.close() }
        for engine in eventEngines { await engine.close() }
        (tasks, feedTasks, feeds) = ([], [], [])
        await wait {
            await census.count(self.client)
            return census.isIdle
        }
        await census.countResources(of: client)
        for loop in client.loops { await loop.shutdown() }
        census.descriptors = Census.openDescriptors()
        return census
    }

    private func wait(_ isDone: () async -> Bool) async {
        let deadline = monotonicNanoseconds() + Int64(Self.longestWait * 1e9)
        while !(await isDone()), monotonicNanoseconds() < deadline { await pause(5) }
    }
}
