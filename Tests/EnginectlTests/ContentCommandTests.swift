import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// `enginectl content` against an engine that keeps its content.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct ContentCommandTests {
    private let uuid = "3f086ce2-32a4-42b0-be7e-40dcfb9c6160"
    private let policy = """
        {"enabled": true, "root_decoder": "x", "integrations": [], "filters": [],
         "enrichments": [], "index_unclassified_events": false, "index_discarded_events": false}
        """

    private var decoder: String {
        #"{"id": "\#(uuid)", "name": "decoder/a/0", "enabled": true, "n": 9007199254740993}"#
    }

    @Test func namespaces() async throws {
        try await withEmbeddedEngine { engine in
            let created = try await engine.enginectl("content", "namespaces", "create", "b")
            #expect(created == .success("OK\n"))
            let again = try await engine.enginectl("content", "namespaces", "create", "b")
            #expect(
                again
                    == .refused(
                        "Failed to create namespace 'b': Namespace already exists: b"))
            let imported = try await engine.enginectl(
                "content", "namespaces", "import", "a", "-", "--json",
                input: #"{"policy": \#(policy), "resources": {}}"#)
            #expect(imported == .success("{}\n"))
            let list = try await engine.enginectl("content", "namespaces", "list")
            #expect(list == .success("a\nb\n"))
            let json = try await engine.enginectl("content", "namespaces", "list", "--json")
            #expect(json == .success(#"["a","b"]"# + "\n"))
            let deleted = try await engine.enginectl("content", "namespaces", "delete", "b")
            #expect(deleted == .success("OK\n"))
            #expect(await engine.state { Array($0.content.namespaces.keys) } == ["a"])
        }
    }

    @Test func policies() async throws {
        var state = EngineState()
        state.content.namespaces["a"] = .init()
        try await withEmbeddedEngine(state: state) { engine in
            let upserted = try await engine.enginectl(
                "content", "policies", "upsert", "a", "-", input: policy)
            #expect(upserted == .success("OK\n"))
            #expect(await engine.state { $0.content.namespaces["a"]?.policy?["enabled"] } == true)
            let refused = try await engine.enginectl("content", "policies", "upsert", "a", "{}")
            #expect(
                refused
                    == .refused(
                        "Failed to upsert policy in namespace 'a': "
                            + "Policy JSON must have a boolean 'enabled' field"))
            let valid = try await engine.enginectl(
                "content", "policies", "validate", "a",
                #"{"policy": \#(policy), "resources": {}}"#, "--json")
            #expect(valid == .success("{}\n"))
            let deleted = try await engine.enginectl("content", "policies", "delete", "a")
            #expect(deleted == .success("OK\n"))
            #expect(await engine.state { $0.content.namespaces["a"]?.policy } == nil)
        }
    }

    @Test func resources() async throws {
        var state = EngineState()
        state.content.namespaces["a"] = .init()
        try await withTemporaryDirectory { directory in
            let file = directory + "/decoder.json"
            try Data(decoder.utf8).write(to: URL(fileURLWithPath: file))
            try await withEmbeddedEngine(state: state) { engine in
                let upserted = try await engine.enginectl(
                    "content", "resources", "upsert", "a", "decoder", "@" + file)
                #expect(upserted == .success("OK\n"))
                try await checkReading(engine)
                let deleted = try await engine.enginectl(
                    "content", "resources", "delete", "a", uuid)
                #expect(deleted == .success("OK\n"))
                let list = try await engine.enginectl(
                    "content", "resources", "list", "a", "decoder", "--json")
                #expect(list == .success("[]\n"))
            }
        }
    }

    private func checkReading(_ engine: EmbeddedEngine) async throws {
        let list = try await engine.enginectl("content", "resources", "list", "a", "decoder")
        #expect(
            list
                == .success(
                    """
                    UUID                                  NAME
                    \(uuid)  decoder/a/0

                    """))
        let json = try await engine.enginectl(
            "content", "resources", "list", "a", "decoder", "--json")
        #expect(json == .success(#"[{"name":"decoder/a/0","uuid":"\#(uuid)"}]"# + "\n"))
        let resource = try await engine.enginectl("content", "resources", "get", "a", uuid)
        #expect(
            resource
                == .success(
                    """
                    {
                      "enabled": true,
                      "id": "\(uuid)",
                      "n": 9007199254740993,
                      "name": "decoder/a/0"
                    }

                    """))
        let line = try await engine.enginectl(
            "content", "resources", "get", "a", uuid, "--json")
        #expect(
            line
                == .success(
                    #"{"enabled":true,"id":"\#(uuid)","n":9007199254740993,"#
                        + #""name":"decoder/a/0"}"# + "\n"))
    }

    @Test func aResourceByItself() async throws {
        try await withEmbeddedEngine { engine in
            let valid = try await engine.enginectl(
                "content", "resources", "validate", "decoder", decoder)
            #expect(valid == .success("OK\n"))
            let refused = try await engine.enginectl(
                "content", "resources", "validate", "decoder", "{}")
            #expect(
                refused
                    == .refused(
                        "Failed to validate resource of type 'decoder': "
                            + "Decoder document /enabled is not a boolean or does not exist"))
        }
    }

    @Test(arguments: [
        (["resources", "list", "a", "decoders"], "Please provide one of 'decoder', 'output',"),
        (["resources", "validate", "decoder", "[]"], "'content' is not a JSON object."),
        (["resources", "upsert", "a", "kvdb", "{"], "'content' is not a JSON object."),
        (["policies", "upsert", "a", "@/nonexistent"], "'content' can't be read from"),
        (["policies", "validate", "a", ""], "'content' is not a JSON object."),
        (["namespaces", "import", "a", "@/"], "'content' can't be read from /: Is a directory"),
        (["namespaces", "create"], "Missing expected argument '<space>'"),
    ])
    func badOnesAreTold(_ arguments: [String], _ complaint: String) async throws {
        let outcome = try await Enginectl.run(["content"] + arguments)
        #expect(outcome.exit == .status(64))
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.contains(complaint))
    }
}
