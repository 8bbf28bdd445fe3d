import EngineCore

/// Sequential requests through the client: `loop-latency SOCKET REQUESTS loop|task` prints the
/// nanoseconds that each took, one line a request.
@main
enum LoopLatency {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let count = Int(arguments[2]) else {
            print("usage: loop-latency SOCKET REQUESTS loop|task")
            return
        }
        let configuration = EngineConfiguration(socketPath: arguments[1])
        let times = try await withEngine(configuration: configuration) { engine in
            if arguments[3] == "loop" {
                try await engine.runOnLoop { try await measure(engine, count) }
            } else {
                try await measure(engine, count)
            }
        }
        print(times.map(String.init).joined(separator: "\n"))
    }

    static func measure(_ engine: Engine, _ count: Int) async throws -> [Int64] {
        let request = EngineRequest(.post, "/metrics/list", body: .text("{}"))
        let clock = ContinuousClock()
        var times: [Int64] = []
        times.reserveCapacity(count)
        for _ in 0..<count {
            let start = clock.now
            _ = try await engine.execute(request)
            times.append((clock.now - start).components.attoseconds / 1_000_000_000)
        }
        return times
    }
}
