import EngineCore
import EngineModules
import TestSupport
import Testing

/// What the replies about content may look like, and what is sent with content.
@Suite(.accountsForResources) struct ContentReplyTests {
    @Test func resources() async throws {
        let reply = """
            {"status":"OK","total":"2","resources":[
              {"uuid":"u1","name":"decoder/a/0","hash":"1f2e"},{"uuid":"u2","name":""}]}
            """
        let resources = try await reading(reply) { engine in
            try await engine.content.resources.list(.decoder, in: "standard")
        }
        #expect(
            resources == [
                ResourceSummary(uuid: "u1", name: "decoder/a/0"),
                ResourceSummary(uuid: "u2", name: ""),
            ])
    }

    @Test func aResourceIsReadAsItIs() async throws {
        let reply = """
            {"status":"OK","jsonContent":{"id":"u1","enabled":false,"metadata":null,
             "numbers":[9223372036854775807,0.5,"9223372036854775807"],"status":"ERROR"}}
            """
        let content = try await reading(reply) { engine in
            try await engine.content.resources.get(uuid: "u1", in: "standard")
        }
        #expect(
            content == [
                "id": "u1", "enabled": false, "metadata": nil,
                "numbers": [9_223_372_036_854_775_807, 0.5, "9223372036854775807"],
                "status": "ERROR",
            ])
    }

    @Test func spaces() async throws {
        let reply = #"{"status":"OK","spaces":["standard","custom"],"default":"standard"}"#
        let spaces = try await reading(reply) { engine in
            try await engine.content.namespaces.list()
        }
        #expect(spaces == ["standard", "custom"])
    }

    @Test(arguments: [
        #"{"status":"OK"}"#, #"{"resources":null}"#, #"{"resources":[{"name":"a"}]}"#,
        #"{"resources":[{"uuid":1,"name":"a"}]}"#, "[]", "",
    ])
    func noResources(_ reply: String) async throws {
        let error = await #expect(throws: EngineError.self) {
            try await reading(reply) { engine in
                try await engine.content.resources.list(.decoder, in: "standard")
            }
        }
        #expect(error?.code == .invalidJSON)
    }

    @Test func noResource() async throws {
        let error = await #expect(throws: EngineError.self) {
            try await reading(#"{"status":"OK"}"#) { engine in
                try await engine.content.resources.get(uuid: "u1", in: "standard")
            }
        }
        #expect(error?.code == .invalidJSON)
    }

    @Test func whatIsSent() async throws {
        let document = #"{"policy":{},"note":"a \"quote\" and\na line"}"#
        let imported = try await sending { engine in
            try await engine.content.namespaces.import(document, into: "custom", force: true)
        }
        #expect(imported == ["space": "custom", "jsonContent": .string(document), "force": true])

        let policy: JSONValue = ["enabled": true, "integrations": ["i1"], "limit": 1.5]
        let upserted = try await sending { engine in
            try await engine.content.policies.upsert(policy, in: "custom")
        }
        #expect(upserted == ["space": "custom", "jsonContent": policy])

        let validated = try await sending { engine in
            try await engine.content.policies.validate(policy, in: "test", loadInTester: true)
        }
        #expect(
            validated == ["space": "test", "full_policy": policy, "load_in_tester": true])
    }

    @Test(arguments: [
        (ResourceType.decoder, "decoder"), (.output, "output"), (.filter, "filter"),
        (.integration, "integration"), (.kvdb, "kvdb"), (.init(rawValue: "rule"), "rule"),
    ])
    func typesAreSentAsTheEngineNamesThem(_ type: ResourceType, _ name: String) async throws {
        let body = try await sending { engine in
            try await engine.content.resources.validate([:], type: type)
        }
        #expect(body == ["type": .string(name), "resource": [:]])
    }
}
