import EngineCore
import EngineModules
import Testing

private let users = "82e215c4-988a-4f64-8d15-b98b2fc03a4f"
private let decoder: JSONValue = [
    "id": "3f086ce2-32a4-42b0-be7e-40dcfb9c6160", "enabled": true, "name": "decoder/test/0",
    "metadata": ["title": "t"], "check": [["event.original": "exists()"]],
    "normalize": [["map": [["event.kind": "event"]]]],
]

extension RecordedCall {
    static let namespaces = [
        RecordedCall("ns.list") { engine in
            let spaces = try await engine.content.namespaces.list()
            #expect(spaces == [])
        },
        RecordedCall("ns.list.after") { engine in
            let spaces = try await engine.content.namespaces.list()
            #expect(spaces == ["seedtest"])
        },
        RecordedCall("ns.create") { engine in
            try await engine.content.namespaces.create("seedtest")
        },
        RecordedCall("ns.create.again") { engine in
            try await engine.content.namespaces.create("seedtest")
        },
        RecordedCall("ns.create.bad") { engine in
            try await engine.content.namespaces.create("bad name/!")
        },
        RecordedCall("ns.delete") { engine in
            try await engine.content.namespaces.delete("seedtest")
        },
        RecordedCall("ns.delete.again") { engine in
            try await engine.content.namespaces.delete("seedtest")
        },
        RecordedCall("ns.import.bad") { engine in
            try await engine.content.namespaces.import("{}", into: "seedimp")
        },
    ]

    static let policies = [
        RecordedCall("policy.upsert.bad") { engine in
            try await engine.content.policies.upsert([:], in: "seedtest")
        },
        RecordedCall("policy.delete") { engine in
            try await engine.content.policies.delete(in: "seedtest")
        },
        RecordedCall("policy.validate.bad") { engine in
            try await engine.content.policies.validate([:], in: "test")
        },
    ]

    static let resources = [
        RecordedCall("content.list") { engine in
            let decoders = try await engine.content.resources.list(.decoder, in: "seedtest")
            #expect(decoders == [])
        },
        RecordedCall("content.list.kvdb") { engine in
            let databases = try await engine.content.resources.list(.kvdb, in: "seedtest")
            #expect(databases == [ResourceSummary(uuid: users, name: "users")])
        },
        RecordedCall("content.list.badtype") { engine in
            _ = try await engine.content.resources.list(
                ResourceType(rawValue: "banana"), in: "seedtest")
        },
        RecordedCall("content.list.nospace") { engine in
            _ = try await engine.content.resources.list(.decoder, in: "nope")
        },
        RecordedCall("content.get") { engine in
            let content = try await engine.content.resources.get(uuid: users, in: "seedtest")
            #expect(
                content == [
                    "id": .string(users), "metadata": ["title": "users"], "enabled": true,
                    "content": ["a": "b"],
                ])
        },
        RecordedCall("content.get.unknown") { engine in
            _ = try await engine.content.resources.get(
                uuid: "00000000-0000-4000-8000-000000000000", in: "seedtest")
        },
        RecordedCall("content.upsert.kvdb") { engine in
            let content: JSONValue = [
                "id": .string(users), "title": "users", "metadata": ["title": "users"],
                "enabled": true, "content": ["a": "b"],
            ]
            try await engine.content.resources.upsert(content, type: .kvdb, in: "seedtest")
        },
        RecordedCall("content.upsert.decoder") { engine in
            try await engine.content.resources.upsert(decoder, type: .decoder, in: "seedtest")
        },
        RecordedCall("content.delete") { engine in
            try await engine.content.resources.delete(uuid: users, in: "seedtest")
        },
        RecordedCall("content.delete.again") { engine in
            try await engine.content.resources.delete(uuid: users, in: "seedtest")
        },
        RecordedCall("content.validate.decoder") { engine in
            try await engine.content.resources.validate(decoder, type: .decoder)
        },
        RecordedCall("content.validate.bad") { engine in
            try await engine.content.resources.validate(["id": "x"], type: .decoder)
        },
    ]
}
