import EngineCore
import EngineRuntime
import EngineTesting
import TestSupport
import Testing

@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct HostLoopRequestTests {
    private func request(_ number: Int) -> EngineRequest {
        EngineRequest(.post, "/echo", body: .text("\(number)"))
    }

    private func withEcho(_ operation: (EmbeddedEngine) async throws -> Void) async throws {
        let echo: EmbeddedEngine.Handler = { EmbeddedResponse(body: $0.body) }
        try await withEmbeddedEngine(handler: echo, operation)
    }

    @Test func requestsFromOtherThreadsOnAHostsLoop() async throws {
        let result = try await withHostLoop { host in
            let loop = try await host.attach()
            let ticksBefore = host.ticks
            try await withEcho { server in
                try await withEngine(
                    configuration: .init(socketPath: server.socketPath), loop: loop
                ) { engine in
                    let answers = try await withThrowingTaskGroup(of: String.self) { group in
                        for number in 0..<1_000 {
                            group.addTask { try await engine.execute(self.request(number)).text }
                        }
                        return try await group.reduce(into: Set()) { $0.insert($1) }
                    }
                    #expect(answers == Set((0..<1_000).map(String.init)))
                    try await engine.runOnLoop {
                        for number in 0..<100 {
                            let response = try await engine.execute(self.request(number))
                            #expect(response.text == "\(number)")
                        }
                    }
                    while host.ticks == ticksBefore { await host.nextTick() }
                }
            }
            await loop.shutdown()
            #expect(host.isDataUntouched)
            await host.nextTick()
        }
        #expect(result == 0)
    }

    // The whole of a program whose loop has nothing but our requests to turn for.
    @Test func aHostsLoopEndsWhenItsRequestsHave() async throws {
        try await withEcho { server in
            let path = server.socketPath
            let outcome = await onThread { () -> (text: String, result: Int32)? in
                let host = HostLoop(goesOn: false)
                guard let loop = try? unsafe EngineLoop(attachedTo: host.pointer) else {
                    return nil
                }
                let text = Locked("")
                // The first turn tells the loop which thread it is on.
                host.run()
                Task(executorPreference: loop.taskExecutor) {
                    let engine = Engine(configuration: .init(socketPath: path), loop: loop)
                    if let response = try? await engine.execute(request(7)) {
                        text.withLock { $0 = response.text }
                    }
                    await engine.close()
                }
                host.run()
                loop.beginShutdown()
                host.run()
                return (text.withLock { $0 }, host.close())
            }
            #expect(outcome?.text == "7")
            #expect(outcome?.result == 0)
        }
    }

    @Test func shutdownEndsRequestsInFlight() async throws {
        let path = EmbeddedEngine.newSocketPath()
        let result = try await withHostLoop { host in
            let loop = try await host.attach()
            try await withRawListener(on: path) { listener in
                let engine = Engine(configuration: .init(socketPath: path), loop: loop)
                let response = Task { try await engine.execute(self.request(1)) }
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n1")
                await loop.shutdown()
                let error = await #expect(throws: EngineError.self) { try await response.value }
                #expect(error?.code == .unexpected)
                await engine.close()
                await peer.close()
            }
            await host.nextTick()
        }
        #expect(result == 0)
    }

    @Test func requestsOnTheCallersThread() async throws {
        var configuration = EngineLoop.Configuration()
        configuration.startsThread = false
        let loop = EngineLoop(configuration: configuration)
        try await withEcho { server in
            let engine = Engine(configuration: .init(socketPath: server.socketPath), loop: loop)
            // Sent before the loop has a thread, and waits for it.
            async let early = engine.execute(request(0))
            async let error = onThread { () -> LibUVError? in
                do throws(LibUVError) {
                    try loop.run()
                    return nil
                } catch {
                    return error
                }
            }
            #expect(try await early.text == "0")
            let text = try await engine.runOnLoop { try await engine.execute(self.request(1)).text }
            #expect(text == "1")
            await engine.close()
            await loop.shutdown()
            #expect(await error == nil)
        }
    }
}
