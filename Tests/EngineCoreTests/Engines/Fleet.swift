import EngineCore
import EngineTesting
import Synchronization
import TestSupport

/// Several engines, each of which answers with its name and remembers what it was asked.
struct Fleet: Sendable {
    /// Keeps an engine's answer back for as long as it takes.
    typealias Hold = @Sendable (EmbeddedRequest) async -> Void

    /// One engine that can be stopped and started again at the same path.
    final class Member: Sendable {
        let name: String
        let path = EmbeddedEngine.newSocketPath()
        private let server = Mutex<EmbeddedEngine?>(nil)
        private let log = Mutex<[String]>([])
        private let hold: Hold

        init(name: String, hold: @escaping Hold) {
            self.name = name
            self.hold = hold
        }

        func start() async throws {
            var configuration = EmbeddedEngine.Configuration()
            configuration.socketPath = path
            configuration.recordsRequests = false
            let new = try await EmbeddedEngine.start(configuration) { [self] request in
                log.withLock { $0.append(request.path) }
                await hold(request)
                return EmbeddedResponse(body: Array(name.utf8))
            }
            server.withLock { $0 = new }
        }

        func stop() async {
            let old = server.withLock { server in
                defer { server = nil }
                return server
            }
            await old?.stop()
        }

        /// The targets of the requests that it ran.
        var executed: [String] { log.withLock { $0 } }
    }

    let members: [Member]
    var paths: [String] { members.map(\.path) }

    /// Every target that any engine ran, as often as it was run.
    var executed: [String] { members.flatMap(\.executed) }
}

/// Runs an operation beside engines that are stopped when it ends.
func withFleet(
    _ count: Int, hold: @escaping Fleet.Hold = { _ in },
    _ operation: (Fleet) async throws -> Void
) async throws {
    let fleet = Fleet(members: (0..<count).map { Fleet.Member(name: "engine-\($0)", hold: hold) })
    for member in fleet.members { try await member.start() }
    do {
        try await operation(fleet)
    } catch {
        for member in fleet.members { await member.stop() }
        throw error
    }
    for member in fleet.members { await member.stop() }
}

private final class Ended: Sendable {
    private let count = Atomic<Int>(0)

    func increment() -> Int { count.add(1, ordering: .relaxed).newValue }
}

/// Requests with targets of their own, and how each ended.
struct Load: Sendable {
    var succeeded: [String] = []
    var failed: [(target: String, error: EngineError)] = []

    /// Sends `count` requests from `callers` tasks.
    ///
    /// - Parameter progress: Called with the number of requests that have ended, by whichever task.
    static func run(
        on engine: Engine, _ method: HTTPMethod, count: Int, callers: Int,
        progress: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async -> Load {
        let ended = Ended()
        return await withTaskGroup(of: Load.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var load = Load()
                    for number in stride(from: caller, to: count, by: callers) {
                        let target = "/\(number)"
                        do throws(EngineError) {
                            _ = try await engine.execute(EngineRequest(method, target))
                            load.succeeded.append(target)
                        } catch {
                            load.failed.append((target, error))
                        }
                        await progress(ended.increment())
                    }
                    return load
                }
            }
            return await group.reduce(into: Load()) { sum, load in
                sum.succeeded += load.succeeded
                sum.failed += load.failed
            }
        }
    }

    /// Whether each request ended, and none of those that may not be repeated was run twice or run
    /// though its error says that it can't have been.
    func contradictions(with executed: [String], count: Int) -> [String] {
        var runs: [String: Int] = [:]
        for target in executed { runs[target, default: 0] += 1 }
        var found: [String] = []
        if succeeded.count + failed.count != count { found.append("lost a request") }
        for target in succeeded where runs[target] != 1 {
            found.append("\(target) succeeded and ran \(runs[target] ?? 0) times")
        }
        for (target, error) in failed {
            let count = runs[target] ?? 0
            if count > 1 { found.append("\(target) ran \(count) times") }
            if count > 0, error.delivery == .neverSent { found.append("\(target) ran: \(error)") }
        }
        return found
    }
}

/// One step after the other as a load gets on.
actor Steps {
    private var steps: [(at: Int, run: @Sendable () async throws -> Void)]
    private(set) var failures: [any Error] = []

    init(_ steps: [(at: Int, run: @Sendable () async throws -> Void)]) {
        self.steps = steps
    }

    /// Runs what is due when so many requests have ended.
    func reached(_ count: Int) async {
        while let step = steps.first, count >= step.at {
            steps.removeFirst()
            do {
                try await step.run()
            } catch {
                failures.append(error)
            }
        }
    }

    var isDone: Bool { steps.isEmpty }
}

/// The error that an operation ends with; nil when it ends well.
func failure(_ operation: () async throws -> Void) async -> EngineError? {
    do {
        try await operation()
        return nil
    } catch {
        return error as? EngineError
    }
}

/// Who answers a request; nil when it fails.
func answerer(of engine: Engine) async -> String? {
    try? await engine.execute(.init(.get, "/")).text
}

/// Who answered a request; nil when it failed.
func answerer(_ task: Task<String, any Error>) async -> String? {
    try? await task.value
}
