import EngineCore
import EngineModules
import TestSupport
import Testing

/// What the router's replies may look like, and what is sent for a route.
@Suite(.accountsForResources) struct RouterReplyTests {
    @Test func aTable() async throws {
        let table = try await reading(
            """
            {"status":"OK","generation":7,"table":[
              {"name":"default","namespaceId":"standard","priority":50,"description":"all of it",
               "entry_status":"ENABLED","uptime":86400,"hash":"1f2e"},
              {"name":"late","namespaceId":"custom","priority":"1000","description":null,
               "entry_status":"DRAINING","uptime":"1700000000"},
              {"name":"odd","namespaceId":"custom","priority":1,"entry_status":9},
              {"name":"bare","namespaceId":"","priority":4294967295}]}
            """
        ) { engine in try await engine.router.table() }
        #expect(
            table == [
                RouteEntry(
                    route: Route(
                        name: "default", namespaceID: "standard", priority: 50,
                        description: "all of it"),
                    status: .enabled, uptime: 86_400),
                RouteEntry(
                    route: Route(name: "late", namespaceID: "custom", priority: 1_000),
                    status: EntryStatus(rawValue: "DRAINING"), uptime: 1_700_000_000),
                RouteEntry(
                    route: Route(name: "odd", namespaceID: "custom", priority: 1),
                    status: EntryStatus(rawValue: "9")),
                RouteEntry(
                    route: Route(name: "bare", namespaceID: "", priority: .max), status: .unknown),
            ])
    }

    @Test func oneRoute() async throws {
        let reply = """
            {"status":"OK","route":{"name":"default","namespaceId":"standard","priority":50,
             "entry_status":"DISABLED","uptime":0}}
            """
        let entry = try await reading(reply) { engine in try await engine.router.get("default") }
        let route = Route(name: "default", namespaceID: "standard", priority: 50)
        #expect(entry == RouteEntry(route: route, status: .disabled))
    }

    @Test(arguments: [
        #"{"status":"OK"}"#,
        #"{"route":{"namespaceId":"standard","priority":50}}"#,
        #"{"route":{"name":"r","priority":50}}"#,
        #"{"route":{"name":"r","namespaceId":"standard"}}"#,
        #"{"route":{"name":"r","namespaceId":"standard","priority":"fifty"}}"#,
        #"{"route":{"name":"r","namespaceId":"standard","priority":"-1"}}"#,
        #"{"route":{"name":"r","namespaceId":"standard","priority":4294967296}}"#,
        #"{"route":{"name":"r","namespaceId":"standard","priority":50,"uptime":1.5}}"#,
        #"{"route":{"name":"r","namespaceId":"standard","priority":50,"entry_status":true}}"#,
        #"{"route":["r"]}"#,
    ])
    func noRoute(_ reply: String) async throws {
        let error = await #expect(throws: EngineError.self) {
            try await reading(reply) { engine in try await engine.router.get("r") }
        }
        #expect(error?.code == .invalidJSON)
    }

    @Test func whatIsSent() async throws {
        let plain = Route(name: "r", namespaceID: "standard", priority: .max)
        let body = try await sending { engine in try await engine.router.post(plain) }
        #expect(
            body == ["route": ["name": "r", "namespaceId": "standard", "priority": 4_294_967_295]])
    }

    @Test func anEntryIsWrittenAsTheEngineWritesIt() throws {
        let entry = RouteEntry(
            route: Route(name: "r", namespaceID: "n", priority: 2, description: "d"),
            status: .disabled, uptime: 3)
        let json = try JSONValue(encoding: entry)
        #expect(
            json == [
                "name": "r", "namespaceId": "n", "priority": 2, "description": "d",
                "entry_status": "DISABLED", "uptime": 3,
            ])
    }
}
