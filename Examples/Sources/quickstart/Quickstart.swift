import EngineCore
import EngineModules
import EngineTesting
import Foundation

@main
enum Quickstart {
    static func main() async throws {
        if let path = ProcessInfo.processInfo.environment["ENGINE_SOCKET"] {
            print("engine      \(path)")
            try await tour(path)
        } else {
            try await withEmbeddedEngine { server in
                print("engine      embedded, at \(server.socketPath)")
                try await tour(server.socketPath)
            }
        }
    }

    static func tour(_ path: String) async throws {
        try await withEngine(configuration: .init(socketPath: path)) { engine in
            try await report("typed", "engine.status.get()") {
                let status = try await engine.status.get()
                return "ready: \(status.isReady), spaces: \(status.spaces.keys.sorted())"
            }
            try await report("typed", "engine.metrics.list()") {
                "\(try await engine.metrics.list().count) metrics"
            }
            try engine.register(RouterModule.self)
            try await report("own module", "RouterModule.table()") {
                "\(try await engine.module(RouterModule.self).table().table.count) routes"
            }
            try await report("dynamic", "engine.send(…, as: JSONValue.self)") {
                let reply: JSONValue = try await engine.send(
                    "/metrics/get", ["instrumentName": "router.events.processed"] as JSONValue)
                return "value: \(reply["value"]?.integerValue ?? -1)"
            }
            try await report("raw", "engine.execute(EngineRequest(…))") {
                let response = try await engine.execute(
                    EngineRequest(.post, "/metrics/list", body: .json(text: "{}")))
                return "status \(response.status), \(response.body.count) bytes"
            }
            try await report("refused", "an unknown metric") {
                do {
                    let reply: JSONValue = try await engine.send(
                        "/metrics/get", ["instrumentName": "no.such.metric"] as JSONValue)
                    return "\(reply)"
                } catch {
                    return "error \(error)"
                }
            }
            try await latencies(engine)
        }
    }

    static func report(
        _ kind: String, _ call: String, _ body: () async throws -> String
    ) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await body()
        let took = microseconds(clock.now - start)
        print(
            kind.padding(toLength: 12, withPad: " ", startingAt: 0)
                + call.padding(toLength: 38, withPad: " ", startingAt: 0)
                + "\(took) µs".padding(toLength: 10, withPad: " ", startingAt: 0) + outcome)
    }

    static func latencies(_ engine: Engine) async throws {
        let request = EngineRequest(.post, "/metrics/list", body: .json(text: "{}"))
        let here = try await median(of: 2_000) { _ = try await engine.execute(request) }
        let onLoop = try await engine.runOnLoop {
            try await median(of: 2_000) { _ = try await engine.execute(request) }
        }
        print("latency     median of 2,000: \(here) µs from this task, \(onLoop) µs on the loop")
        let clock = ContinuousClock()
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    for _ in 0..<50 { _ = try await engine.execute(request) }
                }
            }
            try await group.waitForAll()
        }
        print(
            "throughput  3,200 requests of 64 tasks in \(microseconds(clock.now - start) / 1_000) ms"
        )
    }

    @concurrent
    static func median(
        of count: Int, _ body: @Sendable () async throws -> Void
    ) async throws -> Int64 {
        let clock = ContinuousClock()
        var times: [Int64] = []
        for _ in 0..<count {
            let start = clock.now
            try await body()
            times.append(microseconds(clock.now - start))
        }
        return times.sorted()[count / 2]
    }

    static func microseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000
            + duration.components.attoseconds / 1_000_000_000_000
    }
}

/// A module of one's own: a route of the engine's router, typed.
struct RouterModule: EngineModule {
    struct Table: Decodable {
        struct Entry: Decodable {
            let name: String
            let priority: UInt32
        }
        let table: [Entry]
    }

    static let name = "router"
    let engine: Engine

    func table() async throws(EngineError) -> Table {
        try await send("/_internal/router/table/get", JSONValue.object([:]), repeatability: .safe)
    }
}
