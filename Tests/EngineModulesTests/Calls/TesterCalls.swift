import EngineModules
import Testing

extension RecordedCall {
    static let tester = [
        RecordedCall("tester.table") { engine in
            let table = try await engine.tester.table()
            #expect(table == [])
        },
        RecordedCall("tester.session.post.bad") { engine in
            try await engine.tester.post(TesterSession(name: "s1", namespaceID: "seedtest"))
        },
        RecordedCall("tester.session.get.unknown") { engine in
            _ = try await engine.tester.get("nope")
        },
        RecordedCall("tester.session.delete.unknown") { engine in
            try await engine.tester.delete("nope")
        },
        RecordedCall("tester.session.reload.unknown") { engine in
            try await engine.tester.reload("nope")
        },
        RecordedCall("tester.run.unknown") { engine in
            _ = try await engine.tester.run(TesterRun(name: "nope", event: "hello"))
        },
        RecordedCall("logtest.nosession") { engine in
            _ = try await engine.tester.logtest(
                Logtest(queue: 1, location: "any", event: "hello", space: "test"))
        },
        RecordedCall("logtest.delete.body") { engine in
            try await engine.tester.deleteLogtest(space: "test")
        },
    ]
}
