import EngineCore
import EngineModules
import EngineTesting
import TestSupport
import Testing

/// `enginectl router` against an engine that keeps its routes.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct RouterCommandTests {
    private let missing = Enginectl.Outcome.refused("The route not exist")

    /// An engine with a space that routes can be built from.
    private var state: EngineState {
        var state = EngineState()
        state.content.namespaces["custom"] = .init(policy: ["enabled": true])
        return state
    }

    /// An engine with two routes, built at a time to come so that they are new at any time.
    private var stateWithRoutes: EngineState {
        var state = state
        let routes = [
            Route(name: "second", namespaceID: "custom", priority: 20),
            Route(name: "first", namespaceID: "custom", priority: 3, description: "a\tb"),
        ]
        for route in routes {
            state.router.entries[route.name] = .init(route, loadedAt: .max)
        }
        return state
    }

    @Test func theTable() async throws {
        try await withEmbeddedEngine(state: stateWithRoutes) { engine in
            let outcome = try await engine.enginectl("router", "table")
            #expect(
                outcome
                    == .success(
                        """
                        PRIORITY  NAME    SPACE   STATUS   UPTIME  DESCRIPTION
                        3         first   custom  ENABLED  0s      a b
                        20        second  custom  ENABLED  0s      -

                        """))
            let json = try await engine.enginectl("router", "table", "--json")
            #expect(
                json
                    == .success(
                        #"[{"description":"a\tb","entry_status":"ENABLED","name":"first","#
                            + #""namespaceId":"custom","priority":3,"uptime":0},"#
                            + #"{"entry_status":"ENABLED","name":"second","#
                            + #""namespaceId":"custom","priority":20,"uptime":0}]"# + "\n"))
        }
    }

    @Test func anEmptyTable() async throws {
        try await withEmbeddedEngine { engine in
            let outcome = try await engine.enginectl("router", "table")
            #expect(
                outcome == .success("PRIORITY  NAME  SPACE  STATUS  UPTIME  DESCRIPTION\n"))
            let json = try await engine.enginectl("router", "table", "--json")
            #expect(json == .success("[]\n"))
        }
    }

    @Test func oneRoute() async throws {
        try await withEmbeddedEngine(state: stateWithRoutes) { engine in
            let outcome = try await engine.enginectl("router", "get", "second")
            #expect(
                outcome
                    == .success(
                        """
                        PRIORITY  NAME    SPACE   STATUS   UPTIME  DESCRIPTION
                        20        second  custom  ENABLED  0s      -

                        """))
            let json = try await engine.enginectl("router", "get", "second", "--json")
            #expect(
                json
                    == .success(
                        #"{"entry_status":"ENABLED","name":"second","namespaceId":"custom","#
                            + #""priority":20,"uptime":0}"# + "\n"))
            let refused = try await engine.enginectl("router", "get", "third")
            #expect(refused == missing)
        }
    }

    @Test func aRouteFromItsMakingToItsEnd() async throws {
        try await withEmbeddedEngine(state: state) { engine in
            let post = ["router", "post", "mine", "--space", "custom", "--priority", "4"]
            let arguments = post + ["--description", "why", "--socket", engine.socketPath]
            let posted = try await Enginectl.run(arguments)
            #expect(posted == .success("OK\n"))
            let made = Route(
                name: "mine", namespaceID: "custom", priority: 4, description: "why")
            #expect(await engine.state { $0.router.entries["mine"]?.route } == made)
            let again = try await Enginectl.run(arguments)
            #expect(again == .refused("The name of the route is already in use"))
            let moved = try await engine.enginectl("router", "priority", "mine", "9")
            #expect(moved == .success("OK\n"))
            #expect(await engine.state { $0.router.entries["mine"]?.route.priority } == 9)
            let reloaded = try await engine.enginectl("router", "reload", "mine", "--json")
            #expect(reloaded == .success("{}\n"))
            let deleted = try await engine.enginectl("router", "delete", "mine")
            #expect(deleted == .success("OK\n"))
            #expect(await engine.state { $0.router.entries.isEmpty })
            for command in [["reload", "mine"], ["delete", "mine"], ["priority", "mine", "2"]] {
                let refused = try await Enginectl.run(
                    ["router"] + command + ["--socket", engine.socketPath])
                #expect(refused == missing)
            }
        }
    }
}
