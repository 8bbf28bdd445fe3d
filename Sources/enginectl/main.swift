import EngineCore
import EngineTesting

let loop = EngineLoop()
try await withEmbeddedEngine(loop: loop) { server in
    try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
        let r: EngineResponse = try await engine.execute(EngineRequest(.post, "/metrics/list", body: Array("{}".utf8)))
        print(r.status, r.text)
        let clock = ContinuousClock()
        for _ in 0..<3 {
        let t = try await clock.measure { for _ in 0..<10000 { _ = try await engine.execute(EngineRequest(.post, "/metrics/list", body: Array("{}".utf8))) } }
        print("off-loop", t / 10000)
        let t2 = try await clock.measure { try await engine.runOnLoop { for _ in 0..<10000 { _ = try await engine.execute(EngineRequest(.post, "/metrics/list", body: Array("{}".utf8))) } } }
        print("on-loop", t2 / 10000)
        }
        let j: JSONValue = try await engine.send("status")
        print(j["ready"] as Any)
        do { let _: JSONValue = try await engine.send("/metrics/get", JSONValue.object([:])) } catch { print(error) }
        do { let _: JSONValue = try await engine.send("/nope", JSONValue.object([:])) } catch { print(error) }
    }
    try await print("handles", EngineLoop.shared.openHandleCount())
}
await loop.shutdown()
print("done")
