import Dispatch
import EngineCore
import EngineModules
import Foundation

/// Follows a log file and forwards its lines as events, at least once.
///
/// Usage: `log-forwarder EVENTS_SOCKET LOG_FILE STATE_FILE AGENT_ID`
///
/// The state file says where to go on after a restart. It is written once the engine has what comes
/// before: a crash repeats lines and loses none.
@main
enum LogForwarder {
    private static let pause = Duration.milliseconds(100)

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5 else {
            print("usage: log-forwarder EVENTS_SOCKET LOG_FILE STATE_FILE AGENT_ID")
            exit(64)
        }
        let state = URL(fileURLWithPath: arguments[3])
        let follower = LogFollower(arguments[2], from: load(state))
        let header = try EventHeader(agentID: arguments[4])
        let prefix = Array("1:\(arguments[2]):".utf8)

        let forwarding = Task {
            try await withEngine(configuration: .init(socketPath: arguments[1])) { engine in
                try await forward(follower, to: engine, header, prefix, state)
            }
        }
        signal(SIGTERM, SIG_IGN)
        let termination = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        termination.setEventHandler { @Sendable in forwarding.cancel() }
        termination.activate()
        try await forwarding.value
        termination.cancel()
    }

    private static func forward(
        _ start: LogFollower, to engine: Engine, _ header: EventHeader, _ prefix: [UInt8],
        _ state: URL
    ) async throws {
        var configuration = EventSinkConfiguration()
        configuration.guarantee = .atLeastOnce
        // Refused by the engine, or left over when the sink is closed.
        configuration.onFailure = { batch in
            log("\(batch.count) events failed: \(batch.error)")
        }
        var follower = start
        let sink = EventSink(to: engine, configuration: configuration)
        do {
            let source = try sink.source(header)
            while !Task.isCancelled {
                let lines = try follower.lines()
                for line in lines { try await source.append(prefix + line) }
                if lines.isEmpty {
                    try await Task.sleep(for: pause)
                } else {
                    try await sink.flush()
                    try save(follower.position, to: state)
                }
            }
        } catch is CancellationError {
            // Told to stop.
        } catch let error as EngineError where error.code == .cancelled {
            // Told to stop while the engine was away: the saved position is still the old one.
        }
        await sink.close()
        let counts = sink.statistics
        log("\(counts.delivered) delivered, \(counts.failed) failed, \(counts.repeats) repeats")
    }

    private static func load(_ state: URL) -> LogFollower.Position {
        guard let data = try? Data(contentsOf: state) else { return .init() }
        return (try? JSONDecoder().decode(LogFollower.Position.self, from: data)) ?? .init()
    }

    private static func save(_ position: LogFollower.Position, to state: URL) throws {
        try JSONEncoder().encode(position).write(to: state, options: .atomic)
    }

    private static func log(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
