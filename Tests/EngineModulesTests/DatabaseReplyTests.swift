import EngineCore
import EngineModules
import TestSupport
import Testing

/// What the replies about databases, dumper, indexer, status and metrics may look like.
@Suite(.accountsForResources) struct DatabaseReplyTests {
    @Test func geoDatabases() async throws {
        let reply = """
            {"status":"OK","entries":[
              {"name":"city.mmdb","path":"/var/city.mmdb","hash":"1f2e","type":"city",
               "createdAt":"1769111225000","size":12},
              {"name":"asn.mmdb","path":"/var/asn.mmdb","createdAt":9223372036854775807,
               "type":"asn"},
              {"name":"n","path":"p","hash":"","createdAt":null,"type":"anonymizer"}]}
            """
        let databases = try await reading(reply) { engine in try await engine.geo.list() }
        #expect(
            databases == [
                GeoDatabase(
                    name: "city.mmdb", path: "/var/city.mmdb", hash: "1f2e",
                    createdAt: 1_769_111_225_000, kind: .city),
                GeoDatabase(
                    name: "asn.mmdb", path: "/var/asn.mmdb", createdAt: .max, kind: .asn),
                GeoDatabase(
                    name: "n", path: "p", kind: GeoDatabase.Kind(rawValue: "anonymizer")),
            ])
        let json = try JSONValue(encoding: databases[1])
        #expect(
            json == [
                "name": "asn.mmdb", "path": "/var/asn.mmdb", "hash": "", "type": "asn",
                "createdAt": 9_223_372_036_854_775_807,
            ])
    }

    @Test(arguments: ["12 ", "", "9223372036854775808", "1e3"])
    func aTimeThatIsNone(_ text: String) async throws {
        let reply =
            #"{"entries":[{"name":"n","path":"p","type":"city","createdAt":"\#(text)"}]}"#
        let error = await #expect(throws: EngineError.self) {
            try await reading(reply) { engine in try await engine.geo.list() }
        }
        #expect(error?.code == .invalidJSON)
    }

    @Test func geoData() async throws {
        let reply = """
            {"status":"OK","error":"","data":{"as":{"number":15169,
             "organization":{"name":"GOOGLE"}},"threat":{}}}
            """
        let data = try await reading(reply) { engine in try await engine.geo.get(ip: "8.8.8.8") }
        #expect(
            data
                == GeoData(
                    autonomousSystem: ["number": 15169, "organization": ["name": "GOOGLE"]]))
        let json = try JSONValue(encoding: data)
        #expect(json["as"]?["number"] == 15169)
        #expect(json["geo"] == [:])
    }

    @Test func iocState() async throws {
        let failed = try await reading(
            #"{"status":"OK","hash":"1f2e","updating":true,"lastError":"no file","since":1}"#
        ) { engine in try await engine.ioc.state() }
        #expect(failed == IOCState(hash: "1f2e", isUpdating: true, lastError: "no file"))
        let bare = try await reading(#"{"status":"OK","updating":false}"#) { engine in
            try await engine.ioc.state()
        }
        #expect(bare == IOCState(isUpdating: false))
    }

    @Test func switches() async throws {
        let reply = #"{"status":"OK","active":true,"enabled":true,"since":"1700000000"}"#
        let dumper = try await reading(reply) { engine in try await engine.eventDumper.status() }
        #expect(dumper == EventDumperStatus(isActive: true))
        let indexer = try await reading(reply) { engine in
            try await engine.rawEventIndexer.status()
        }
        #expect(indexer == RawEventIndexerStatus(isEnabled: true))
    }

    private static let readings: [@Sendable (Engine) async throws -> Void] = [
        { engine in _ = try await engine.geo.list() },
        { engine in _ = try await engine.geo.get(ip: "::1") },
        { engine in _ = try await engine.ioc.state() },
        { engine in _ = try await engine.eventDumper.status() },
        { engine in _ = try await engine.rawEventIndexer.status() },
        { engine in _ = try await engine.status.get() },
        { engine in _ = try await engine.metrics.dump() },
        { engine in _ = try await engine.metrics.list() },
        { engine in _ = try await engine.metrics.get("m") },
    ]

    @Test(arguments: readings.indices)
    func aReplyWithoutWhatWasAskedFor(_ index: Int) async throws {
        let call = Self.readings[index]
        let error = await #expect(throws: EngineError.self) {
            try await reading(#"{"status":"OK"}"#, call)
        }
        #expect(error?.code == .invalidJSON)
    }

    @Test func statusAndMetrics() async throws {
        let status = try await reading(
            """
            {"status":"OK","ready":true,"new":1,"spaces":{"standard":{"available":true,
             "enabled":true,"status":"rebuilding","last_successful_update":"1700000000","x":{}}}}
            """
        ) { engine in try await engine.status.get() }
        let resource = ResourceState(
            isAvailable: true, status: ResourceState.Phase(rawValue: "rebuilding"),
            lastSuccessfulUpdate: 1_700_000_000)
        #expect(
            status
                == EngineStatus(
                    isReady: true,
                    spaces: ["standard": SpaceState(isEnabled: true, resource: resource)]))
        let metric = try await reading(
            """
            {"status":"OK","name":"m","type":"histogram","enabled":false,"unit":"s",
             "value":"9007199254740993"}
            """
        ) { engine in try await engine.metrics.get("m") }
        #expect(
            metric
                == Metric(
                    name: "m", kind: Metric.Kind(rawValue: "histogram"), isEnabled: false,
                    value: .integer(9_007_199_254_740_993)))
    }

    @Test func allModulesCanBeRegistered() throws {
        let engine = Engine()
        let types: [any EngineModule.Type] = [
            StatusModule.self, MetricsModule.self, RouterModule.self, TesterModule.self,
            ContentModule.self, NamespacesModule.self, PoliciesModule.self, ResourcesModule.self,
            GeoModule.self, IOCModule.self, EventDumperModule.self, RawEventIndexerModule.self,
        ]
        for type in types { try engine.register(type) }
        #expect(
            engine.moduleNames == [
                "content", "content.namespaces", "content.policies", "content.resources",
                "eventDumper", "geo", "ioc", "metrics", "rawEventIndexer", "router", "status",
                "tester",
            ])
    }
}
