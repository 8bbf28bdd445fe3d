internal import EngineCore
internal import Synchronization

/// Runs engines and clients, and disturbs them by a schedule.
struct Supervisor: Sendable {
    /// What a run was like, beside what is in its logs.
    struct Course: Sendable {
        /// Calm times, in nanoseconds of the monotonic clock.
        var calms: [Range<Int64>] = []
        /// Times of disturbances.
        var storms: [Range<Int64>] = []
        /// How often each kind of disturbance was carried out, by name.
        var disturbances: [String: Int] = [:]
        /// The clients' counts, by client, in the order in which they were made.
        var censuses: [[Census]]
        /// The last ones, after all was closed.
        var lastCensuses: [Census?]
        /// Processes that ended by themselves, and what could not be done.
        var surprises: [String] = []
    }

    let directory: String
    let seed: UInt64
    let schedule: Schedule
    let clientCount: Int
    let workers: Int
    let say: @Sendable (String) -> Void
    private let surprises = Surprises()

    private final class Surprises: Sendable {
        let texts = Mutex<[String]>([])
    }

    init(
        directory: String, seed: UInt64, schedule: Schedule, clientCount: Int, workers: Int,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.directory = directory
        self.seed = seed
        self.schedule = schedule
        self.clientCount = clientCount
        self.workers = workers
        self.say = say
    }

    /// The engines that are disturbed.
    static let lanes = ["open", "pool", events]
    static let events = "events"
    /// Those of them that serve no more connections at a time than there are workers.
    static let contended = ["pool", events]
    private static let workerCount = 4
    /// The engine that is left alone.
    static let control = "control"
    static let all = lanes + [control]

    private func hosts() -> [EngineHost] {
        Self.all.map { name in
            EngineHost(
                EndpointAddress(name: name, path: "\(directory)/\(name).sock"),
                workers: Self.contended.contains(name) ? Self.workerCount : nil,
                log: "\(directory)/executed-\(name)", seed: SeededGenerator(seed: seed, name).state,
                onSurprise: surprise)
        }
    }

    private func surprise(_ text: String) {
        say("surprise: \(text)")
        surprises.texts.withLock { $0.append(text) }
    }

    func run() async throws -> Course {
        try Echo.serve(on: "\(directory)/\(Echo.socketName)")
        let hosts = hosts()
        for host in hosts { try await host.start() }
        let clients = try (0..<clientCount).map { index in
            try ClientHost(
                index: index, seed: seed, directory: directory, workers: workers,
                endpoints: hosts.map(\.address), onSurprise: surprise)
        }
        for client in clients where !(await client.process.isReady()) {
            surprise("client \(client.index) did not start")
        }
        var course = Course(
            censuses: Array(repeating: [], count: clientCount),
            lastCensuses: Array(repeating: nil, count: clientCount))
        for (number, round) in schedule.rounds.enumerated() {
            for client in clients { client.go() }
            await runRound(round, hosts, clients, &course)
            let isSound = await count(round, clients, &course)
            say("round \(number + 1) of \(schedule.rounds.count) has ended")
            guard isSound else { break }
        }
        for client in clients {
            course.lastCensuses[client.index] = await client.finish()
        }
        for host in hosts { await host.stop() }
        course.surprises = surprises.texts.withLock { $0 }
        return course
    }

    private func runRound(
        _ round: Schedule.Round, _ hosts: [EngineHost], _ clients: [ClientHost],
        _ course: inout Course
    ) async {
        var start = monotonicNanoseconds()
        await pause(Schedule.calmMilliseconds)
        course.calms.append(start..<monotonicNanoseconds())
        start = monotonicNanoseconds()
        let carriedOut = await withTaskGroup(of: [String].self) { group in
            for (lane, disturbances) in round.lanes {
                let host = hosts.first { $0.address.name == lane }
                group.addTask { await disturb(host, clients, disturbances) }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        for name in carriedOut { course.disturbances[name, default: 0] += 1 }
        course.storms.append(start..<monotonicNanoseconds())
        await pause(Schedule.recoveryMilliseconds)
    }

    /// Carries out a lane's disturbances; without a host they are the clients'.
    private func disturb(
        _ host: EngineHost?, _ clients: [ClientHost], _ disturbances: [Disturbance]
    ) async -> [String] {
        var names: [String] = []
        for (number, disturbance) in disturbances.enumerated() {
            await pause(disturbance.delay)
            do {
                if let host {
                    try await host.carryOut(disturbance)
                } else {
                    await clients[number % clients.count].carryOut(disturbance)
                }
            } catch {
                surprise("\(disturbance) can't be carried out: \(error)")
            }
            names.append(disturbance.kind.name)
        }
        return names
    }

    /// Counts what the clients hold, where it is time for that; answers false when one hangs.
    private func count(
        _ round: Schedule.Round, _ clients: [ClientHost], _ course: inout Course
    ) async -> Bool {
        guard round.hasCensus else { return true }
        let censuses = await withTaskGroup(of: (Int, Census?).self) { group in
            for client in clients {
                group.addTask { (client.index, await client.census()) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for (index, census) in censuses {
            if let census { course.censuses[index].append(census) }
        }
        return censuses.allSatisfy { $0.1?.unfinished.isEmpty == true }
    }
}
