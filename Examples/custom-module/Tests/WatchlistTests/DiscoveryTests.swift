#if os(Linux) && compiler(>=6.3)
    import EngineCore
    import Testing
    import Watchlist

    /// The module registers itself; nothing here lists it.
    @Test func discovery() async throws {
        try await withEngine { engine in
            let names = try engine.registerLinkedModules()
            #expect(names == ["watchlist"])
            #expect(engine.module(named: "watchlist") is WatchlistModule)
        }
    }
#endif
