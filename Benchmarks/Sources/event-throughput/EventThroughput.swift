import EngineCore
import EngineModules

/// Events of a size through a sink to a socket, as fast as they go.
///
/// Usage: `event-throughput SOCKET EVENTS BYTES SOURCES`
@main
enum EventThroughput {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let count = Int(arguments[2]), let size = Int(arguments[3]),
            let sourceCount = Int(arguments[4]), sourceCount > 0
        else { fatalError("usage: event-throughput SOCKET EVENTS BYTES SOURCES") }
        let event = [UInt8](repeating: UInt8(ascii: "x"), count: size)
        try await withEngine(configuration: .init(socketPath: arguments[1])) { engine in
            let sink = EventSink(to: engine)
            let sources = try (0..<sourceCount).map {
                try sink.source(EventHeader(agentID: "\($0)"))
            }
            let start = ContinuousClock.now
            for number in 0..<count {
                let source = sources[number % sourceCount]
                if source.offer(event) == .full { try await source.append(event) }
            }
            try await sink.flush()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            await sink.close()
            let statistics = sink.statistics
            guard statistics.delivered == count else {
                fatalError("not all were delivered: \(statistics)")
            }
            print(Int(Double(count) / seconds), statistics.batchesDelivered)
        }
    }
}
