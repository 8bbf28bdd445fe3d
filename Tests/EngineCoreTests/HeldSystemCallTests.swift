import EngineCore
import EngineRuntime
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Look-ups of users and openings of files that hang, on a client's way to its engine.
@Suite(.accountsForResources) struct HeldSystemCallTests {
    private let blockade = Blockade()

    /// Calls that hang for the user "slow" and for files under "/held".
    private var calls: SystemCalls {
        var calls = SystemCalls()
        let (openFile, blockade) = (calls.openFile, blockade)
        calls.userID = { name in
            if name == "slow" { blockade.pass() }
            return name == "other" ? .success(geteuid() + 1) : .success(geteuid())
        }
        calls.openFile = { path, loop in
            guard path.hasPrefix("/held") else { return openFile(path, loop) }
            blockade.pass()
            return .failure(.noSuchFile)
        }
        return calls
    }

    private func configuration(_ path: String, user: String? = nil) -> EngineConfiguration {
        var configuration = EngineConfiguration(
            socketPath: path, retries: 0, timeout: .seconds(60))
        configuration.expectedPeer = user.map { ExpectedPeer(user: .named($0)) }
        return configuration
    }

    /// Runs a client on a loop of its own against an engine that answers all.
    private func withClient(
        user: String? = nil, _ body: (Engine, EmbeddedEngine) async throws -> Void
    ) async throws {
        let loop = EngineLoop()
        try await withEmbeddedEngine { _ in
            .json("{}")
        } _: { server in
            let engine = Engine(
                configuration: configuration(server.socketPath, user: user), loop: loop,
                systemCalls: calls)
            defer { blockade.open() }
            try await body(engine, server)
            await engine.close()
        }
        await loop.shutdown()
    }

    private let upload = EngineRequest(.put, "/", body: .file("/proc/self/stat"))

    private func held(_ timeout: Duration? = nil) -> EngineRequest {
        EngineRequest(.put, "/", body: .file("/held/file"), timeout: timeout)
    }

    // MARK: Looking users up

    @Test func aLateLookUpCountsForItsConfigurationAlone() async throws {
        try await withClient(user: "slow") { engine, server in
            let early = Task { await failure(of: .init(.get, "/early"), engine) }
            await blockade.arrival()
            try await engine.reconfigure(configuration(server.socketPath, user: "other"))
            blockade.open()
            for number in 0..<4 {
                let error = await failure(of: .init(.get, "/\(number)"), engine)
                #expect(error?.message == "the engine's socket is not trusted")
            }
            #expect(await early.value?.message == "the engine's socket is not trusted")
            #expect(await server.executedRequests().isEmpty)
        }
    }

    @Test func ofOverlappingChangesTheLastCounts() async throws {
        try await withClient { engine, server in
            let slow = Task {
                try await engine.reconfigure(configuration(server.socketPath, user: "slow"))
            }
            await blockade.arrival()
            try await engine.reconfigure(configuration(server.socketPath, user: "other"))
            blockade.open()
            try await slow.value
            #expect(engine.configuration.expectedPeer?.user == .named("other"))
            let error = await failure(of: .init(.get, "/"), engine)
            #expect(error?.message == "the engine's socket is not trusted")
        }
    }

    @Test func oneLookUpServesAll() async throws {
        try await withClient(user: "slow") { engine, _ in
            let requests = (0..<20).map { number in
                Task { try await engine.execute(.init(.get, "/\(number)")).status }
            }
            await blockade.arrival()
            while await engine.statistics.requests.started < 20 { await Task.yield() }
            blockade.open()
            for request in requests {
                let status = try await request.value
                #expect(status == 200)
            }
            let status = try await engine.execute(.init(.get, "/")).status
            #expect(status == 200)
            #expect(blockade.arrivals == 1)
        }
    }

    @Test func aLookUpThatHangsEndsWithTheRequest() async throws {
        try await withClient(user: "slow") { engine, server in
            let late = await failure(
                of: .init(.get, "/", timeout: .milliseconds(50)), engine)
            #expect(late?.code == .timeout)
            #expect(late?.delivery == .neverSent)
            let activity = "looking up the engine's user"
            #expect(late?.message == "the timeout of 50 ms passed while \(activity)")
            #expect(late?.detail.hasSuffix("\(activity): \"slow\"") == true)

            for call in [EarlyCancellationTests.Call.execute, .stream, .connect, .file] {
                let task = Task { try await call.run(on: engine) }
                task.cancel()
                let error = await failure { try await task.value }
                #expect(error?.code == .cancelled)
                #expect(error?.delivery == .neverSent)
            }
            let waiting = Task { await failure { try await engine.connect() } }
            await blockade.arrival()
            var changed = configuration(server.socketPath, user: "slow")
            changed.timeout = .milliseconds(50)
            let refused = await failure { try await engine.reconfigure(changed) }
            #expect(refused?.code == .timeout)
            #expect(engine.configuration.timeout == .seconds(60))
            await engine.close()
            #expect(await waiting.value?.message == "the client is closed")
            #expect(await engine.statistics.requests.active == 0)
        }
    }

    @Test func aCancelledWaitForALookUpSaysSo() async throws {
        try await withClient(user: "slow") { engine, _ in
            let task = Task { await failure(of: .init(.get, "/"), engine) }
            await blockade.arrival()
            task.cancel()
            let error = await task.value
            #expect(error?.code == .cancelled)
            #expect(error?.delivery == .neverSent)
            #expect(error?.message == "cancelled while looking up the engine's user")
        }
    }

    @Test func aLoopEndsWhileALookUpHangs() async throws {
        let loop = EngineLoop()
        let engine = Engine(
            configuration: configuration("/nowhere", user: "slow"), loop: loop, systemCalls: calls)
        let waiting = Task { await failure(of: .init(.get, "/"), engine) }
        await blockade.arrival()
        await loop.shutdown()
        #expect(await waiting.value?.message == "the client is closed")
        blockade.open()
        await engine.close()
    }

    // MARK: Opening files

    @Test func otherUploadsGoOnWhileOpeningsAndLookUpsHang() async throws {
        try await withClient { engine, server in
            // More than libuv has threads.
            let held = (0..<8).map { _ in Task { await failure(of: self.held(), engine) } }
            let clients = (0..<8).map { _ in
                Engine(
                    configuration: configuration(server.socketPath, user: "slow"),
                    loop: engine.loop, systemCalls: calls)
            }
            let unknown = clients.map { client in
                Task { try await client.execute(.init(.get, "/")).status }
            }
            await blockade.arrival(of: 12)
            for _ in 0..<20 {
                let status = try await engine.execute(upload).status
                #expect(status == 200)
            }
            blockade.open()
            for task in held {
                let error = await task.value
                #expect(error?.underlying as? LibUVError == .noSuchFile)
                #expect(error?.delivery == .neverSent)
            }
            for task in unknown {
                let status = try await task.value
                #expect(status == 200)
            }
            for client in clients { await client.close() }
        }
    }

    @Test func anOpeningThatHangsEndsWithTheRequest() async throws {
        try await withClient { engine, _ in
            let late = await failure(of: held(.milliseconds(50)), engine)
            #expect(late?.code == .timeout)
            #expect(late?.delivery == .neverSent)
            #expect(late?.message == "the timeout of 50 ms passed while opening the body's file")
            #expect(late?.detail.hasSuffix("opening the body's file: \"/held/file\"") == true)
            let task = Task { await failure(of: held(), engine) }
            await blockade.arrival(of: 2)
            task.cancel()
            let cancelled = await task.value
            #expect(cancelled?.code == .cancelled)
            #expect(cancelled?.delivery == .neverSent)
            #expect(cancelled?.message == "cancelled while opening the body's file")
            let waiting = Task { await failure(of: held(), engine) }
            await blockade.arrival(of: 3)
            await engine.close()
            #expect(await waiting.value?.message == "the client is closed")
        }
    }

    @Test func filesThatNobodyWaitsForAnyMoreAreNotOpened() async throws {
        try await withClient { engine, _ in
            let held = (0..<16).map { _ in Task { await failure(of: self.held(), engine) } }
            await blockade.arrival(of: 16)
            // No thread is left.
            let error = await failure(of: self.held(.milliseconds(50)), engine)
            #expect(error?.code == .timeout)
            blockade.open()
            for task in held { #expect(await task.value?.code == .unexpected) }
            let status = try await engine.execute(upload).status
            #expect(status == 200)
            #expect(blockade.arrivals == 16)
        }
    }
}
