import EngineModules
import Testing

extension RecordedCall {
    static let router = [
        RecordedCall("router.table.empty") { engine in
            let table = try await engine.router.table()
            #expect(table == [])
        },
        RecordedCall("router.route.post.nonamespace") { engine in
            try await engine.router.post(
                Route(name: "default", namespaceID: "draft", priority: 50, description: "test"))
        },
        RecordedCall("router.route.get.unknown") { engine in
            _ = try await engine.router.get("nope")
        },
        RecordedCall("router.route.delete.unknown") { engine in
            try await engine.router.delete("nope")
        },
        RecordedCall("router.route.reload.unknown") { engine in
            try await engine.router.reload("nope")
        },
        RecordedCall("router.route.patch.unknown") { engine in
            try await engine.router.patchPriority("nope", to: 3)
        },
    ]
}
