#if os(Linux) && compiler(>=6.3)
    import TestSupport
    import Testing

    @testable import EngineCore

    private struct AlphaModule: EngineModule {
        static let name = "alpha"
        let engine: Engine
    }

    private struct BetaModule: EngineModule {
        static let name = "beta"
        let engine: Engine
    }

    private struct OtherAlphaModule: EngineModule {
        static let name = "alpha"
        let engine: Engine
    }

    @section("engine_modules") @used
    private let alphaRecord: EngineModuleRecord = (1, { AlphaModule.self })
    @section("engine_modules") @used
    private let betaRecord: EngineModuleRecord = (1, { BetaModule.self })

    /// Modules that nobody lists, found through their records in this program.
    @Suite(.accountsForResources) struct LinkedModulesTests {
        private func types(
            in records: [LinkedModules.Record]
        ) throws -> [any EngineModule.Type] {
            try unsafe records.withUnsafeBytes { try unsafe LinkedModules.types(in: $0) }
        }

        @Test func theRecordsOfThisProgramAreFound() async throws {
            try await withEngine { engine in
                #expect(engine.moduleNames == [])
                let names = try engine.registerLinkedModules()
                #expect(names == ["alpha", "beta"])
                #expect(engine.moduleNames == ["alpha", "beta"])
                #expect(engine.module(named: "alpha") is AlphaModule)
                #expect(engine.module(named: "beta") is BetaModule)
            }
        }

        @Test func aNameThatIsTakenAddsNone() async throws {
            try await withEngine { engine in
                try engine.register(OtherAlphaModule.self)
                let error = #expect(throws: EngineError.self) {
                    try engine.registerLinkedModules()
                }
                #expect(error?.code == .unexpected)
                #expect(error?.detail.hasSuffix(": alpha") == true)
                #expect(engine.moduleNames == ["alpha"])
                #expect(engine.module(named: "alpha") is OtherAlphaModule)
            }
        }

        @Test func twoRecordsOfOneNameAddNone() throws {
            let types = try types(in: [
                .init(version: 1) { BetaModule.self }, .init(version: 1) { AlphaModule.self },
                .init(version: 1) { OtherAlphaModule.self },
            ])
            let registry = ModuleRegistry()
            let error = #expect(throws: EngineError.self) { try registry.add(types) }
            #expect(error?.code == .unexpected)
            #expect(error?.detail.hasSuffix(": alpha") == true)
            #expect(registry.names == [])
        }

        @Test func aProgramWithoutRecords() throws {
            #expect(try types(in: []).isEmpty)
        }

        @Test func whatIsNoRecordIsRefused() throws {
            let newer = #expect(throws: EngineError.self) {
                try types(in: [
                    .init(version: 1) { AlphaModule.self }, .init(version: 2) { BetaModule.self },
                ])
            }
            #expect(newer?.code == .unexpected)
            let records: [EngineModuleRecord] = [
                (1, { AlphaModule.self }), (1, { BetaModule.self }),
            ]
            unsafe records.withUnsafeBytes { bytes in
                for part in [1..<25, 0..<23, 0..<1] {
                    let error = #expect(throws: EngineError.self) {
                        try unsafe LinkedModules.types(in: .init(rebasing: bytes[part]))
                    }
                    #expect(error?.code == .unexpected)
                }
            }
        }
    }
#endif
