import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Clients that come and go, whatever they are doing.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct LifecycleTests {
    @Test func closingFromTheLoopUnderRequests() async throws {
        let gate = Gate()
        try await withEmbeddedEngine { _ in
            await gate.pass()
            return .json("{}")
        } _: { server in
            let engine = Engine(configuration: .init(socketPath: server.socketPath))
            let requests = (0..<50).map { number in
                Task {
                    try await engine.execute(.init(.post, "/\(number)"))
                }
            }
            while await engine.statistics.queueLength < 34 { await Task.yield() }
            try await engine.runOnLoop { await engine.close() }
            for request in requests {
                let error = await failure { _ = try await request.value }
                #expect(error?.message == "the client is closed")
            }
            await gate.open()
        }
    }

    @Test func closingFromWithinAnAnswer() async throws {
        try await withEmbeddedEngine { server in
            // Judged on the loop's thread, in the middle of what a response sets off.
            let engine = Engine(configuration: .init(socketPath: server.socketPath))
            var configuration = engine.configuration
            configuration.healthCheck = HealthCheck(.init(.get, "/status")) { [weak engine] _ in
                Task.immediate { await engine?.close() }
                return true
            }
            try await engine.reconfigure(configuration)
            for await _ in engine.healthChanges {}
            let error = await failure { _ = try await engine.execute(.init(.get, "/status")) }
            #expect(error?.message == "the client is closed")
        }
    }

    @Test func closingManyTimesAtOnce() async throws {
        try await withEmbeddedEngine { server in
            for _ in 0..<20 {
                let engine = Engine(configuration: .init(socketPath: server.socketPath))
                async let response = failure {
                    _ = try await engine.execute(.init(.get, "/status"))
                }
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<10 { group.addTask { await engine.close() } }
                }
                let error = await response
                #expect(error == nil || error?.message == "the client is closed")
            }
        }
    }

    @Test func closingWhileItConnects() async throws {
        let path = EmbeddedEngine.newSocketPath()
        try await withRawListener(on: path) { _ in
            // Nobody accepts: what is not in the backlog yet tries again and again.
            for _ in 0..<20 {
                let engine = Engine(configuration: .init(socketPath: path))
                let requests = (0..<40).map { _ in
                    Task { try await engine.connect() }
                }
                await engine.close()
                for request in requests {
                    let error = await failure { try await request.value }
                    #expect(error == nil || error?.delivery == .neverSent)
                }
            }
        }
    }

    @Test func tenThousandClients() async throws {
        try await withEmbeddedEngine { _ in
            .json("{}")
        } _: { server in
            let configuration = EngineConfiguration(socketPath: server.socketPath)
            func cycles(_ count: Int) async throws {
                for number in 0..<count {
                    // Every other one is not closed but let go of.
                    let engine = Engine(configuration: configuration)
                    _ = try await engine.execute(.init(.get, "/"))
                    if number.isMultiple(of: 2) { await engine.close() }
                }
            }
            try await cycles(1_000)
            let before = try residentBytes()
            try await cycles(9_000)
            let growth = try residentBytes() - before
            // A kilobyte kept from each would be more.
            #expect(growth < 8 << 20, "\(growth) bytes")
        }
    }

    @Test func aHundredThousandCallersWait() async throws {
        let gate = Gate()
        try await withEmbeddedEngine { _ in
            await gate.pass()
            return .json("{}")
        } _: { server in
            var configuration = EngineConfiguration(
                socketPath: server.socketPath, timeout: .seconds(240))
            configuration.maximumQueueLength = 100_000
            configuration.maximumConnectionAge = .seconds(600)
            await withEngine(configuration: configuration) { engine in
                let outcomes = Task {
                    await withTaskGroup(of: EngineError?.self) { group in
                        for _ in 0..<100_020 {
                            group.addTask {
                                await failure { _ = try await engine.execute(.init(.get, "/")) }
                            }
                        }
                        return await group.reduce(into: (answered: 0, refused: 0)) {
                            counts, error in
                            if error == nil { counts.answered += 1 }
                            if error?.message == "too many requests wait for the engine" {
                                counts.refused += 1
                            }
                        }
                    }
                }
                while await engine.statistics.shed < 4 { await Task.yield() }
                #expect(await engine.statistics.queueLength == 100_000)
                await gate.open()
                let counts = await outcomes.value
                #expect(counts.answered == 100_016)
                #expect(counts.refused == 4)
            }
        }
    }

    private func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
