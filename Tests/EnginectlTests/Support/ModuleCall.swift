import EngineCore
import Testing

/// A command that calls a typed module, and the request that it is meant to send.
struct ModuleCall: Sendable, CustomTestStringConvertible {
    let command: [String]
    let arguments: [String]
    let request: String
    let body: JSONValue

    var testDescription: String { (command + arguments).joined(separator: " ") }

    init(
        _ command: String, _ arguments: [String] = [], sends request: String,
        _ body: JSONValue = [:]
    ) {
        self.command = command.split(separator: " ").map(String.init)
        self.arguments = arguments
        self.request = request
        self.body = body
    }
}

extension ModuleCall {
    private static let uuid = "3f086ce2-32a4-42b0-be7e-40dcfb9c6160"

    /// Each command that calls a typed module, at least once.
    static let all = status + router + tester + namespaces + policies + resources + services

    private static let status = [
        ModuleCall("status", sends: "GET /status", .null),
        ModuleCall("health", sends: "GET /status", .null),
        ModuleCall("metrics dump", sends: "POST /metrics/dump"),
        ModuleCall("metrics list", sends: "POST /metrics/list"),
        ModuleCall("metrics list", ["--space", "s"], sends: "POST /metrics/list", ["space": "s"]),
        ModuleCall("metrics get", ["m"], sends: "POST /metrics/get", ["instrumentName": "m"]),
        ModuleCall(
            "metrics enable", ["m", "--space", "s"], sends: "POST /metrics/enable",
            ["instrumentName": "m", "space": "s", "status": true]),
        ModuleCall(
            "metrics disable", ["m"], sends: "POST /metrics/enable",
            ["instrumentName": "m", "status": false]),
    ]

    private static let router = [
        ModuleCall("router table", sends: "POST /_internal/router/table/get"),
        ModuleCall(
            "router get", ["r"], sends: "POST /_internal/router/route/get", ["name": "r"]),
        ModuleCall(
            "router post", ["r", "--space", "s", "--priority", "7"],
            sends: "POST /_internal/router/route/post",
            ["route": ["name": "r", "namespaceId": "s", "priority": 7]]),
        ModuleCall(
            "router post", ["r", "--space", "s", "--priority", "7", "--description", "why"],
            sends: "POST /_internal/router/route/post",
            ["route": ["name": "r", "namespaceId": "s", "priority": 7, "description": "why"]]),
        ModuleCall(
            "router delete", ["r"], sends: "POST /_internal/router/route/delete", ["name": "r"]),
        ModuleCall(
            "router reload", ["r"], sends: "POST /_internal/router/route/reload", ["name": "r"]),
        ModuleCall(
            "router priority", ["r", "8"], sends: "POST /_internal/router/route/patchPriority",
            ["name": "r", "priority": 8]),
    ]

    private static let tester = [
        ModuleCall("tester table", sends: "POST /_internal/tester/table/get"),
        ModuleCall(
            "tester get", ["t"], sends: "POST /_internal/tester/session/get", ["name": "t"]),
        ModuleCall(
            "tester post", ["t", "--space", "s", "--lifetime", "9", "--description", "why"],
            sends: "POST /_internal/tester/session/post",
            [
                "session": [
                    "name": "t", "namespaceId": "s", "lifetime": 9, "description": "why",
                ]
            ]),
        ModuleCall(
            "tester delete", ["t"], sends: "POST /_internal/tester/session/delete",
            ["name": "t"]),
        ModuleCall(
            "tester reload", ["t"], sends: "POST /_internal/tester/session/reload",
            ["name": "t"]),
        ModuleCall(
            "tester run", ["t", "1:a:b"], sends: "POST /_internal/tester/run/post",
            [
                "name": "t", "event": "1:a:b", "agent_metadata": [:], "trace_level": "NONE",
                "asset_trace": [],
            ]),
        ModuleCall(
            "tester run",
            [
                "t", "1:a:b", "--trace", "all", "--asset", "x", "--asset", "y", "--metadata",
                #"{"n":1}"#,
            ], sends: "POST /_internal/tester/run/post",
            [
                "name": "t", "event": "1:a:b", "agent_metadata": ["n": 1], "trace_level": "ALL",
                "asset_trace": ["x", "y"],
            ]),
        ModuleCall(
            "tester logtest",
            ["s", "e", "--queue", "50", "--location", "l", "--trace", "asset-only"],
            sends: "POST /logtest",
            [
                "space": "s", "event": "e", "queue": 50, "location": "l", "metadata": [:],
                "trace_level": "ASSET_ONLY",
            ]),
        ModuleCall("tester delete-logtest", ["s"], sends: "DELETE /logtest", ["space": "s"]),
    ]

    private static let namespaces = [
        ModuleCall("content namespaces list", sends: "POST /_internal/content/namespace/list"),
        ModuleCall(
            "content namespaces create", ["s"],
            sends: "POST /_internal/content/namespace/create", ["space": "s"]),
        ModuleCall(
            "content namespaces delete", ["s"],
            sends: "POST /_internal/content/namespace/delete", ["space": "s"]),
        ModuleCall(
            "content namespaces import", ["s", #"{"a": 1.0}"#, "--force"],
            sends: "POST /_internal/content/namespace/import",
            ["space": "s", "jsonContent": #"{"a": 1.0}"#, "force": true]),
    ]

    private static let policies = [
        ModuleCall(
            "content policies upsert", ["s", #"{"a": 1}"#],
            sends: "POST /_internal/content/policy/upsert",
            ["space": "s", "jsonContent": ["a": 1]]),
        ModuleCall(
            "content policies delete", ["s"], sends: "POST /_internal/content/policy/delete",
            ["space": "s"]),
        ModuleCall(
            "content policies validate", ["s", "{}", "--load-in-tester"],
            sends: "POST /content/validate/policy",
            ["space": "s", "full_policy": [:], "load_in_tester": true]),
    ]

    private static let resources = [
        ModuleCall(
            "content resources list", ["s", "kvdb"], sends: "POST /_internal/content/list",
            ["space": "s", "type": "kvdb"]),
        ModuleCall(
            "content resources get", ["s", uuid], sends: "POST /_internal/content/get",
            ["space": "s", "uuid": .string(uuid)]),
        ModuleCall(
            "content resources upsert", ["s", "filter", #"{"a": 1}"#],
            sends: "POST /_internal/content/upsert",
            ["space": "s", "type": "filter", "jsonContent": ["a": 1]]),
        ModuleCall(
            "content resources delete", ["s", uuid], sends: "POST /_internal/content/delete",
            ["space": "s", "uuid": .string(uuid)]),
        ModuleCall(
            "content resources validate", ["output", #"{"a": 1}"#],
            sends: "POST /content/validate/resource", ["type": "output", "resource": ["a": 1]]),
    ]

    private static let services = [
        ModuleCall("geo list", sends: "POST /_internal/geo/db/list"),
        ModuleCall("geo get", ["::1"], sends: "POST /_internal/geo/db/get", ["ip": "::1"]),
        ModuleCall("ioc state", sends: "GET /content/ioc/state", .null),
        ModuleCall(
            "ioc update", ["/f", "d41d"], sends: "POST /content/ioc/update",
            ["path": "/f", "hash": "d41d"]),
        ModuleCall("dumper activate", sends: "POST /_internal/event-dumper/activate"),
        ModuleCall("dumper deactivate", sends: "POST /_internal/event-dumper/deactivate"),
        ModuleCall("dumper status", sends: "POST /_internal/event-dumper/status"),
        ModuleCall("indexer status", sends: "POST /_internal/raweventindexer/status"),
    ]
}
