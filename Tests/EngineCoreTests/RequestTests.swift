import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

@Suite(.accountsForResources) struct RequestTests {
    private let emptyObject: EmbeddedEngine.Handler = { _ in .json("{}") }
    private let list = EngineRequest(.post, "/metrics/list", body: .text("{}"))

    @Test func tenThousandInARow() async throws {
        try await withEmbeddedEngine(handler: emptyObject) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                for _ in 0..<10_000 {
                    let response = try await engine.execute(list)
                    guard response.status == 200, response.text == "{}" else {
                        Issue.record("\(response)")
                        return
                    }
                }
            }
            #expect(await server.executedRequests().count == 10_000)
            // A hundred on each connection, as the engine allows, or fewer.
            #expect(await server.connectionCounts().most <= 2)
        }
    }

    @Test(arguments: [nil, 2, 4]) func manyAtOnce(workers: Int?) async throws {
        var configuration = EmbeddedEngine.Configuration()
        configuration.workers = workers
        let path: EmbeddedEngine.Handler = { .json($0.path) }
        try await withEmbeddedEngine(configuration, handler: path) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for caller in 0..<64 {
                        group.addTask {
                            for number in 0..<40 {
                                let path = "\(caller)-\(number)"
                                let response = try await engine.execute(.init(.get, "/" + path))
                                // Each caller gets its own answer.
                                #expect(response.text == "/" + path)
                            }
                            return 40
                        }
                    }
                    let total = try await group.reduce(0, +)
                    #expect(total == 64 * 40)
                }
            }
            #expect(await server.executedRequests().count == 64 * 40)
        }
    }

    @Test func onTheLoop() async throws {
        try await withEmbeddedEngine(handler: emptyObject) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                let statuses = try await engine.runOnLoop {
                    var statuses: Set<Int> = []
                    for _ in 0..<1_000 {
                        statuses.insert(try await engine.execute(list).status)
                        #expect(engine.loop.isOnLoopThread)
                    }
                    return statuses
                }
                #expect(statuses == [200])
            }
        }
    }

    @Test func aLoopOfOnesOwn() async throws {
        let loop = EngineLoop()
        try await withEmbeddedEngine(handler: emptyObject) { server in
            let configuration = EngineConfiguration(socketPath: server.socketPath)
            try await withEngine(configuration: configuration, loop: loop) { engine in
                let status = try await engine.execute(list).status
                #expect(status == 200)
            }
        }
        let handles = try await loop.openHandleCount()
        #expect(handles == 0)
        await loop.shutdown()
    }

    @Test func largeBodiesBothWays() async throws {
        let echo: EmbeddedEngine.Handler = { EmbeddedResponse(body: $0.body) }
        try await withEmbeddedEngine(handler: echo) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                for size in [0, 1, 4_095, 4_096, 4_097, 65_536, 1_000_000, 20_000_000] {
                    let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 >> 4 ^ $0) }
                    let response = try await engine.execute(.init(.put, "/", body: .bytes(body)))
                    #expect(response.body == body)
                }
            }
        }
    }

    @Test func headHasNoBody() async throws {
        let object: EmbeddedEngine.Handler = { _ in .json("{\"a\":1}") }
        try await withEmbeddedEngine(handler: object) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                for _ in 0..<3 {
                    let response = try await engine.execute(.init(.head, "/"))
                    #expect(response.headers["content-length"] == "7")
                    #expect(response.body.isEmpty)
                }
            }
            #expect(await server.connectionCounts().most == 1)
        }
    }

    @Test func theRequestLooksAsItShould() async throws {
        let path = EmbeddedEngine.newSocketPath()
        try await withRawListener(on: path) { listener in
            let configuration = EngineConfiguration(socketPath: path)
            try await withEngine(configuration: configuration) { engine in
                async let response = engine.execute(
                    EngineRequest(.post, "/x?y=1", headers: ["X-A": "b"]))
                let peer = try await listener.accept()
                let head = try await peer.read(until: "\r\n\r\n")
                #expect(
                    head == "POST /x?y=1 HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n"
                        + "Content-Length: 0\r\n\r\n")
                try await peer.write("HTTP/1.1 204 No Content\r\n\r\n")
                let status = try await response.status
                #expect(status == 204)
                await peer.close()
            }
        }
    }
}
