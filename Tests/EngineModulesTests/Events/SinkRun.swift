import EngineCore
import EngineModules
import EngineTesting

/// A sink beside an engine that a test can stop and start again.
struct SinkRun: Sendable {
    let endpoint = EventEndpoint(recordsEvents: true)
    let failures = Locked<[FailedEventBatch]>([])
    let socketPath = EmbeddedEngine.newSocketPath()
    var configuration = EventSinkConfiguration()

    init(_ configure: (inout EventSinkConfiguration) -> Void = { _ in }) {
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(5))
        configuration.shutdownTimeout = .seconds(60)
        configuration.onFailure = { [failures] batch in failures.withLock { $0.append(batch) } }
        configure(&configuration)
    }

    func startEngine(
        handler: EmbeddedEngine.Handler? = nil
    ) async throws -> EmbeddedEngine {
        var configuration = EmbeddedEngine.Configuration()
        configuration.socketPath = socketPath
        configuration.recordsRequests = false
        return try await .start(configuration, handler: handler ?? endpoint.answer)
    }

    /// Runs an operation with a sink, closes it, and answers what it counted.
    func run(_ operation: (EventSink) async throws -> Void) async throws -> EventSinkStatistics {
        var engineConfiguration = EngineConfiguration(socketPath: socketPath)
        engineConfiguration.backoff = configuration.backoff
        return try await withEngine(configuration: engineConfiguration) { engine in
            let sink = EventSink(to: engine, configuration: configuration)
            do {
                try await operation(sink)
            } catch {
                await sink.close(within: .zero)
                throw error
            }
            await sink.close()
            return sink.statistics
        }
    }

    /// Events that were reported as failed.
    var failedEvents: [[UInt8]] { failures.withLock { $0.flatMap(\.events) } }

    static func event(_ number: Int) -> [UInt8] { Array("1:/var/log/app:\(number)".utf8) }
}

extension EventSinkStatistics {
    /// Whether each event ended in one way.
    var addsUp: Bool { accepted == delivered + failed + dropped && pending == 0 }
}
