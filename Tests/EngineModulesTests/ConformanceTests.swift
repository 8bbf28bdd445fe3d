import EngineCore
import EngineModules
import EngineTesting
import TestSupport
import Testing

/// Our own modules against the checks that users run on theirs.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct ConformanceTests {
    private static let entry: JSONValue = [
        "name": "a", "namespaceId": "standard", "priority": 5, "lifetime": 0,
        "entry_status": "ENABLED", "uptime": 3, "last_use": 3,
    ]
    private static let metric: JSONValue = [
        "status": "OK", "name": "m", "type": "counter", "enabled": true, "value": 1,
    ]

    @Test func statusAndMetrics() async throws {
        try await EngineModuleConformance<StatusModule>(calls: [
            .init(
                "get", .get, "/status", isRepeatable: true,
                reply: ["status": "OK", "ready": true],
                make: { try await $0.get() }, returns: { $0.isReady })
        ]).check()
        try await EngineModuleConformance<MetricsModule>(calls: [
            .init(
                "dump", .post, "/metrics/dump", isRepeatable: true,
                reply: ["status": "OK", "global": [metric], "spaces": []],
                make: { try await $0.dump() }, returns: { $0.global.count == 1 }),
            .init(
                "list", .post, "/metrics/list", isRepeatable: true,
                reply: ["status": "OK", "names": ["m"]],
                make: { try await $0.list() }, returns: { $0 == ["m"] }),
            .init(
                "get", .post, "/metrics/get", isRepeatable: true,
                body: .exactly(["instrumentName": "m"]), reply: metric,
                make: { try await $0.get("m") }, returns: { $0.name == "m" }),
            .init(
                "disable", .post, "/metrics/enable", isRepeatable: true,
                body: .exactly(["instrumentName": "m", "status": false]),
                make: { try await $0.disable("m") }),
        ]).check()
    }

    @Test func router() async throws {
        let router = "/_internal/router"
        try await EngineModuleConformance<RouterModule>(calls: [
            .init(
                "table", .post, router + "/table/get", isRepeatable: true,
                reply: ["status": "OK", "table": [entry]],
                make: { try await $0.table() }, returns: { $0.count == 1 }),
            .init(
                "post", .post, router + "/route/post", isRepeatable: false,
                make: {
                    try await $0.post(Route(name: "a", namespaceID: "standard", priority: 5))
                }),
            .init(
                "get", .post, router + "/route/get", isRepeatable: true,
                body: .exactly(["name": "a"]), reply: ["status": "OK", "route": entry],
                make: { try await $0.get("a") }, returns: { $0.uptime == 3 }),
            .init(
                "delete", .post, router + "/route/delete", isRepeatable: false,
                make: { try await $0.delete("a") }),
            .init(
                "reload", .post, router + "/route/reload", isRepeatable: true,
                make: { try await $0.reload("a") }),
            .init(
                "patchPriority", .post, router + "/route/patchPriority", isRepeatable: true,
                body: .exactly(["name": "a", "priority": 6]),
                make: { try await $0.patchPriority("a", to: 6) }),
        ]).check()
    }

    @Test func tester() async throws {
        let tester = "/_internal/tester"
        let result: JSONValue = ["status": "OK", "result": ["output": ["a": 1]]]
        try await EngineModuleConformance<TesterModule>(calls: [
            .init(
                "table", .post, tester + "/table/get", isRepeatable: true,
                reply: ["status": "OK", "sessions": [entry]],
                make: { try await $0.table() }, returns: { $0.count == 1 }),
            .init(
                "post", .post, tester + "/session/post", isRepeatable: false,
                make: { try await $0.post(TesterSession(name: "a", namespaceID: "standard")) }),
            .init(
                "get", .post, tester + "/session/get", isRepeatable: true,
                reply: ["status": "OK", "session": entry],
                make: { try await $0.get("a") }, returns: { $0.lastUse == 3 }),
            .init(
                "delete", .post, tester + "/session/delete", isRepeatable: false,
                make: { try await $0.delete("a") }),
            .init(
                "reload", .post, tester + "/session/reload", isRepeatable: true,
                make: { try await $0.reload("a") }),
            .init(
                "run", .post, tester + "/run/post", isRepeatable: true, reply: result,
                make: { try await $0.run(TesterRun(name: "a", event: "1:a:b")) },
                returns: { $0.output == ["a": 1] }),
            .init(
                "logtest", .post, "/logtest", isRepeatable: true, reply: result,
                make: {
                    try await $0.logtest(Logtest(queue: 1, location: "a", event: "b", space: "s"))
                }, returns: { $0.output == ["a": 1] }),
            .init(
                "deleteLogtest", .delete, "/logtest", isRepeatable: true,
                body: .exactly(["space": "s"]), make: { try await $0.deleteLogtest(space: "s") }),
        ]).check()
    }

    @Test func content() async throws {
        let content = "/_internal/content"
        try await EngineModuleConformance<NamespacesModule>(calls: [
            .init(
                "list", .post, content + "/namespace/list", isRepeatable: true,
                reply: ["status": "OK", "spaces": ["a"]],
                make: { try await $0.list() }, returns: { $0 == ["a"] }),
            .init(
                "create", .post, content + "/namespace/create", isRepeatable: false,
                make: { try await $0.create("a") }),
            .init(
                "delete", .post, content + "/namespace/delete", isRepeatable: false,
                make: { try await $0.delete("a") }),
            .init(
                "import", .post, content + "/namespace/import", isRepeatable: false,
                make: { try await $0.import("{}", into: "a") }),
        ]).check()
        try await EngineModuleConformance<PoliciesModule>(calls: [
            .init(
                "upsert", .post, content + "/policy/upsert", isRepeatable: true,
                make: { try await $0.upsert([:], in: "a") }),
            .init(
                "delete", .post, content + "/policy/delete", isRepeatable: false,
                make: { try await $0.delete(in: "a") }),
            .init(
                "validate", .post, "/content/validate/policy", isRepeatable: true,
                make: { try await $0.validate([:], in: "a") }),
        ]).check()
        try await EngineModuleConformance<ResourcesModule>(calls: [
            .init(
                "list", .post, content + "/list", isRepeatable: true,
                reply: ["status": "OK", "resources": [["uuid": "u", "name": "n"]]],
                make: { try await $0.list(.decoder, in: "a") }, returns: { $0.count == 1 }),
            .init(
                "get", .post, content + "/get", isRepeatable: true,
                reply: ["status": "OK", "jsonContent": ["a": 1]],
                make: { try await $0.get(uuid: "u", in: "a") }, returns: { $0 == ["a": 1] }),
            .init(
                "upsert", .post, content + "/upsert", isRepeatable: true,
                make: { try await $0.upsert([:], type: .decoder, in: "a") }),
            .init(
                "delete", .post, content + "/delete", isRepeatable: false,
                make: { try await $0.delete(uuid: "u", in: "a") }),
            .init(
                "validate", .post, "/content/validate/resource", isRepeatable: true,
                make: { try await $0.validate([:], type: .decoder) }),
        ]).check()
    }

    @Test func databasesAndSwitches() async throws {
        try await EngineModuleConformance<GeoModule>(calls: [
            .init(
                "list", .post, "/_internal/geo/db/list", isRepeatable: true,
                reply: ["status": "OK", "entries": []], make: { try await $0.list() }),
            .init(
                "get", .post, "/_internal/geo/db/get", isRepeatable: true,
                reply: ["status": "OK", "error": "", "data": ["geo": ["a": 1]]],
                make: { try await $0.get(ip: "::1") }, returns: { $0.geo == ["a": 1] }),
        ]).check()
        try await EngineModuleConformance<IOCModule>(calls: [
            .init(
                "update", .post, "/content/ioc/update", isRepeatable: true,
                make: { try await $0.update(path: "p", hash: "h") }),
            .init(
                "state", .get, "/content/ioc/state", isRepeatable: true,
                reply: ["status": "OK", "updating": true],
                make: { try await $0.state() }, returns: { $0.isUpdating }),
        ]).check()
        let dumper = "/_internal/event-dumper"
        try await EngineModuleConformance<EventDumperModule>(calls: [
            .init(
                "activate", .post, dumper + "/activate", isRepeatable: true,
                make: { try await $0.activate() }),
            .init(
                "deactivate", .post, dumper + "/deactivate", isRepeatable: true,
                make: { try await $0.deactivate() }),
            .init(
                "status", .post, dumper + "/status", isRepeatable: true,
                reply: ["status": "OK", "active": true],
                make: { try await $0.status() }, returns: { $0.isActive }),
        ]).check()
        try await EngineModuleConformance<RawEventIndexerModule>(calls: [
            .init(
                "status", .post, "/_internal/raweventindexer/status", isRepeatable: true,
                reply: ["status": "OK", "enabled": true],
                make: { try await $0.status() }, returns: { $0.isEnabled })
        ]).check()
    }

    private var entry: JSONValue { Self.entry }
    private var metric: JSONValue { Self.metric }
}
