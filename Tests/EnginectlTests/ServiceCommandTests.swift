import EngineCore
import EngineModules
import EngineTesting
import TestSupport
import Testing

/// `geo`, `ioc`, `dumper`, `indexer`, and metrics switched on and off.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct ServiceCommandTests {
    private var state: EngineState {
        var state = EngineState()
        state.geo.databases = [
            GeoDatabase(
                name: "cities", path: "/db/c.mmdb", hash: "1f2e", createdAt: 1_700_000_000_999,
                kind: .city),
            GeoDatabase(name: "asn", path: "/db/a.mmdb", kind: .asn),
        ]
        state.geo.addresses["203.0.113.7"] = GeoData(
            geo: ["location": ["lat": 1.5, "lon": -2], "city_name": "Here\n"],
            autonomousSystem: ["number": 64_496])
        state.ioc.files["/ioc"] = "d41d"
        return state
    }

    @Test func geoDatabases() async throws {
        try await withEmbeddedEngine(state: state) { engine in
            let outcome = try await engine.enginectl("geo", "list")
            #expect(
                outcome
                    == .success(
                        """
                        NAME    TYPE  CREATED               PATH        HASH
                        cities  city  2023-11-14T22:13:20Z  /db/c.mmdb  1f2e
                        asn     asn   never                 /db/a.mmdb  -

                        """))
            let json = try await engine.enginectl("geo", "list", "--json")
            #expect(
                json
                    == .success(
                        #"[{"createdAt":1700000000999,"hash":"1f2e","name":"cities","#
                            + #""path":"/db/c.mmdb","type":"city"},{"createdAt":0,"hash":"","#
                            + #""name":"asn","path":"/db/a.mmdb","type":"asn"}]"# + "\n"))
        }
    }

    @Test func geoOfAnAddress() async throws {
        try await withEmbeddedEngine(state: state) { engine in
            let outcome = try await engine.enginectl("geo", "get", "203.0.113.7")
            #expect(
                outcome
                    == .success(
                        """
                        FIELD             VALUE
                        geo.city_name     Here
                        geo.location.lat  1.5
                        geo.location.lon  -2
                        as.number         64496

                        """))
            let json = try await engine.enginectl("geo", "get", "203.0.113.7", "--json")
            #expect(
                json
                    == .success(
                        #"{"as":{"number":64496},"geo":{"city_name":"Here\n","#
                            + #""location":{"lat":1.5,"lon":-2}}}"# + "\n"))
            let unknown = try await engine.enginectl("geo", "get", "203.0.113.8")
            #expect(unknown == .success("FIELD  VALUE\n"))
            let refused = try await engine.enginectl("geo", "get", "")
            #expect(refused.exit == .status(64))
            #expect(refused.error.hasPrefix("Error: '' is no IPv4 or IPv6 address.\n"))
        }
    }

    @Test func indicators() async throws {
        try await withEmbeddedEngine(state: state) { engine in
            let before = try await engine.enginectl("ioc", "state")
            #expect(before == .success("UPDATING  HASH  LAST ERROR\nno        -     -\n"))
            let updated = try await engine.enginectl("ioc", "update", "/ioc", "d41d")
            #expect(updated == .success("OK\n"))
            let after = try await engine.enginectl("ioc", "state", "--json")
            #expect(
                after
                    == .success(#"{"hash":"d41d","lastError":"","updating":false}"# + "\n"))
            let refused = try await engine.enginectl("ioc", "update", "/other", "d41d")
            #expect(refused == .refused("File not found: /other"))
        }
    }

    @Test func dumper() async throws {
        try await withEmbeddedEngine { engine in
            for (command, isActive) in [("activate", true), ("deactivate", false)] {
                let outcome = try await engine.enginectl("dumper", command)
                #expect(outcome == .success("OK\n"))
                #expect(await engine.state { $0.isDumpingEvents } == isActive)
                let status = try await engine.enginectl("dumper", "status")
                #expect(status == .success("active: \(isActive ? "yes" : "no")\n"))
                let json = try await engine.enginectl("dumper", "status", "--json")
                #expect(json == .success(#"{"active":\#(isActive)}"# + "\n"))
            }
        }
    }

    @Test func indexer() async throws {
        var state = EngineState()
        state.indexesRawEvents = true
        try await withEmbeddedEngine(state: state) { engine in
            let outcome = try await engine.enginectl("indexer", "status")
            #expect(outcome == .success("enabled: yes\n"))
            let json = try await engine.enginectl("indexer", "status", "--json")
            #expect(json == .success(#"{"enabled":true}"# + "\n"))
        }
    }

    @Test func metricsSwitchedOffAndOn() async throws {
        let name = "router.eps.1m"
        try await withEmbeddedEngine { engine in
            for (command, isEnabled) in [("disable", "no"), ("enable", "yes")] {
                let outcome = try await engine.enginectl("metrics", command, name)
                #expect(outcome == .success("OK\n"))
                let metric = try await engine.enginectl("metrics", "get", name)
                #expect(metric.output.contains("\n\(name)  pull  \(isEnabled) "))
            }
            let refused = try await engine.enginectl("metrics", "enable", "surprise")
            #expect(refused == .refused("Metric 'surprise' not found"))
        }
    }
}
