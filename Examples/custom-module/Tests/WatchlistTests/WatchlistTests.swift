import EngineCore
import EngineTesting
import Testing
import Watchlist

/// The module beside a daemon of the test's own, on a real socket.
@Suite struct WatchlistTests {
    private let entry = WatchlistEntry(address: "192.0.2.7")

    private func withModule(
        faults: [FaultRule] = [],
        _ operation: (WatchlistModule, EmbeddedEngine) async throws -> Void
    ) async throws {
        let daemon = Daemon()
        var configuration = EmbeddedEngine.Configuration()
        configuration.faults = faults
        try await withEmbeddedEngine(configuration) { request in
            await daemon.answer(request)
        } _: { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                try await operation(engine.module(WatchlistModule.self), server)
            }
        }
    }

    @Test func whatWasAddedIsListed() async throws {
        try await withModule { watchlist, _ in
            let number = try await watchlist.add(entry, to: "mine")
            #expect(number == 1)
            let entries = try await watchlist.entries(of: "mine")
            #expect(entries == [entry])
            try await watchlist.remove("mine")
            let error = await #expect(throws: EngineError.self) {
                try await watchlist.entries(of: "mine")
            }
            #expect(error?.code == .http)
            #expect(error?.engineMessage == "no such list")
        }
    }

    @Test func aLostAnswerDoesNotAddTwice() async throws {
        let lost = FaultRule(.reset, path: "/watchlist/add", occurrence: .request(1))
        try await withModule(faults: [lost]) { watchlist, _ in
            let error = await #expect(throws: EngineError.self) {
                try await watchlist.add(entry, to: "mine")
            }
            // The daemon may have run it, here it did: the caller has to look.
            #expect(error?.delivery == .consumed)
            let entries = try await watchlist.entries(of: "mine")
            #expect(entries == [entry])
        }
    }

    @Test func aLostListIsAskedForAgain() async throws {
        let lost = FaultRule(.reset, path: "/watchlist/entries", occurrence: .request(1))
        try await withModule(faults: [lost]) { watchlist, server in
            _ = try await watchlist.add(entry, to: "mine")
            let entries = try await watchlist.entries(of: "mine")
            #expect(entries == [entry])
            let paths = await server.executedRequests().map(\.path)
            #expect(paths == ["/watchlist/add", "/watchlist/entries", "/watchlist/entries"])
        }
    }
}
