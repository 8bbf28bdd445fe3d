import EngineCore
import EngineModules
import EngineTesting
import TestSupport
import Testing

/// What the recordings do not show: things that are made, used and removed again.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct StateTests {
    private let policy: JSONValue = [
        "enabled": true, "root_decoder": "", "integrations": [], "filters": [], "enrichments": [],
        "index_unclassified_events": false, "index_discarded_events": false, "hash": "1f2e",
    ]

    private func withClient(_ operation: (Engine) async throws -> Void) async throws {
        var state = EngineState()
        state.content.namespaces["standard"] = .init(policy: policy)
        try await withEmbeddedEngine(state: state) { server in
            let client = EngineConfiguration(socketPath: server.socketPath)
            try await withEngine(configuration: client) { engine in try await operation(engine) }
        }
    }

    @Test func aRoute() async throws {
        try await withClient { engine in
            let route = Route(name: "a", namespaceID: "standard", priority: 5)
            try await engine.router.post(route)
            let again = await #expect(throws: EngineError.self) {
                try await engine.router.post(route)
            }
            #expect(again?.engineMessage == "The name of the route is already in use")
            try await engine.router.patchPriority("a", to: 6)
            let table = try await engine.router.table()
            #expect(table.map(\.route.priority) == [6])
            #expect(table.map(\.status) == [.enabled])
            try await engine.router.delete("a")
            let empty = try await engine.router.table()
            #expect(empty == [])
        }
    }

    @Test func aSession() async throws {
        try await withClient { engine in
            try await engine.tester.post(TesterSession(name: "s", namespaceID: "standard"))
            let result = try await engine.tester.run(TesterRun(name: "s", event: "1:any:hello"))
            #expect(result.output["event"]?["original"] == "hello")
            let entry = try await engine.tester.get("s")
            #expect(entry.lastUse > 0)
            try await engine.tester.deleteLogtest(space: "s")
            let table = try await engine.tester.table()
            #expect(table == [])
        }
    }

    @Test func theStatusFollowsThePolicy() async throws {
        try await withClient { engine in
            let status = try await engine.status.get()
            #expect(status.isReady)
            #expect(status.spaces["standard"]?.resource.hash == "1f2e")
            try await engine.content.policies.delete(in: "standard")
            let after = try await engine.status.get()
            #expect(!after.isReady)
            #expect(after.spaces["standard"]?.resource.isAvailable == false)
        }
    }

    @Test func anImportIsAllOrNothing() async throws {
        try await withClient { engine in
            let error = await #expect(throws: EngineError.self) {
                try await engine.content.namespaces.import(
                    #"{"policy":{},"resources":{}}"#, into: "mine")
            }
            #expect(
                error?.engineMessage
                    == "Failed to import namespace 'mine': "
                    + "Policy JSON must have a boolean 'enabled' field")
            let spaces = try await engine.content.namespaces.list()
            #expect(spaces == ["standard"])
        }
    }
}
