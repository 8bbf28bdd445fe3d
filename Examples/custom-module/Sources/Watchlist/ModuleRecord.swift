import EngineCore

#if os(Linux) && compiler(>=6.3)
    /// Lets `Engine.registerLinkedModules()` find the module in any program that it is linked into.
    @section("engine_modules") @used
    private let record: EngineModuleRecord = (1, { WatchlistModule.self })
#endif
