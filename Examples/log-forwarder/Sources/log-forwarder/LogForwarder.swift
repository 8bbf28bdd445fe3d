import Dispatch
import EngineCore
import EngineModules
import Foundation
import LogFollowing

/// Follows a log file and forwards its lines as events, at least once.
///
/// Usage: `log-forwarder EVENTS_SOCKET LOG_FILE STATE_FILE AGENT_ID`
///
/// The state file says where to continue after a restart. It is written once the engine has all that
/// comes before: a crash repeats lines and loses none.
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
        let checkpoint = try load(state)
        let header = try EventHeader(agentID: arguments[4])
        let prefix = Array("1:\(arguments[2]):".utf8)

        let forwarding = Task {
            try await withEngine(configuration: .init(socketPath: arguments[1])) { engine in
                let follower = LogFollower(arguments[2], from: checkpoint, report: log)
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
        var saved: Checkpoint?
        let sink = EventSink(to: engine, configuration: configuration)
        do {
            let source = try sink.source(header)
            while !Task.isCancelled {
                let lines = try follower.lines()
                for line in lines { try await source.append(prefix + line) }
                // Returns when the engine has answered for each of them.
                try await sink.flush()
                if follower.checkpoint != saved {
                    try save(follower.checkpoint, to: state)
                    saved = follower.checkpoint
                }
                if lines.isEmpty { try await Task.sleep(for: pause) }
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

    private static func load(_ state: URL) throws -> Checkpoint? {
        guard FileManager.default.fileExists(atPath: state.path) else { return nil }
        return try JSONCoding().decode(Checkpoint.self, from: Array(Data(contentsOf: state)))
    }

    /// Replaces the file as a whole: what a crash leaves is the old one or the new one.
    private static func save(_ checkpoint: Checkpoint, to state: URL) throws {
        let new = state.appendingPathExtension("new")
        try Data(JSONCoding().encode(checkpoint)).write(to: new)
        let file = try FileHandle(forUpdating: new)
        try file.synchronize()
        try file.close()
        guard rename(new.path, state.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    @Sendable private static func log(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
