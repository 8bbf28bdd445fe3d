import EngineCore
import EngineModules
import TestSupport
import Testing

/// What the tester's replies may look like, and what is sent for a test.
@Suite(.accountsForResources) struct TesterReplyTests {
    @Test func aTable() async throws {
        let table = try await reading(
            """
            {"status":"OK","later":[],"sessions":[
              {"name":"s1","namespaceId":"standard","lifetime":60,"description":"mine",
               "entry_status":"ENABLED","last_use":1700000000,"namespace_sync":"UPDATED"},
              {"name":"s2","namespaceId":"custom","lifetime":"0","entry_status":"NEW",
               "last_use":"4294967295"},
              {"name":"s3","namespaceId":"custom"}]}
            """
        ) { engine in try await engine.tester.table() }
        #expect(
            table == [
                TesterSessionEntry(
                    session: TesterSession(
                        name: "s1", namespaceID: "standard", lifetime: 60, description: "mine"),
                    status: .enabled, lastUse: 1_700_000_000),
                TesterSessionEntry(
                    session: TesterSession(name: "s2", namespaceID: "custom"),
                    status: EntryStatus(rawValue: "NEW"), lastUse: 4_294_967_295),
                TesterSessionEntry(
                    session: TesterSession(name: "s3", namespaceID: "custom"), status: .unknown),
            ])
    }

    @Test func oneSession() async throws {
        let reply =
            #"{"session":{"name":"s","namespaceId":"n","lifetime":5,"entry_status":"DISABLED"}}"#
        let entry = try await reading(reply) { engine in try await engine.tester.get("s") }
        let session = TesterSession(name: "s", namespaceID: "n", lifetime: 5)
        #expect(entry == TesterSessionEntry(session: session, status: .disabled))
    }

    private let fullResult = """
        {"status":"OK","result":{
          "output":{"event":{"original":"hello","risk":9007199254740993}},
          "asset_traces":[
            {"asset":"decoder/a/0","success":true,"traces":["[check] -> Success"],"time":3},
            {"asset":"decoder/b/0","success":false}],
          "validation":{"valid":false,"errors":[
            {"path":"/event/risk","kind":"TYPE","expected":"float","actual":"long","more":{}},
            {"path":"/event/new","kind":"UNKNOWN_FIELD","actual":null}]},
          "version":2}}
        """

    private let expectedResult = TesterResult(
        output: ["event": ["original": "hello", "risk": 9_007_199_254_740_993]],
        assetTraces: [
            AssetTrace(asset: "decoder/a/0", isSuccess: true, traces: ["[check] -> Success"]),
            AssetTrace(asset: "decoder/b/0", isSuccess: false),
        ],
        validation: OutputValidation(
            isValid: false,
            errors: [
                .init(path: "/event/risk", kind: "TYPE", expected: "float", actual: "long"),
                .init(path: "/event/new", kind: "UNKNOWN_FIELD"),
            ]))

    @Test func aResult() async throws {
        let ofRun = try await reading(fullResult) { engine in
            try await engine.tester.run(TesterRun(name: "s", event: "1:any:hello"))
        }
        #expect(ofRun == expectedResult)
        let ofLogtest = try await reading(fullResult) { engine in
            try await engine.tester.logtest(
                Logtest(queue: 1, location: "any", event: "hello", space: "test"))
        }
        #expect(ofLogtest == expectedResult)
    }

    @Test func aBareResult() async throws {
        let reply = #"{"status":"OK","result":{"output":{},"validation":{"valid":true}}}"#
        let result = try await reading(reply) { engine in
            try await engine.tester.run(TesterRun(name: "s", event: "1:any:hello"))
        }
        #expect(result == TesterResult(output: [:], validation: OutputValidation(isValid: true)))
    }

    @Test(arguments: [
        #"{"status":"OK"}"#,
        #"{"result":{}}"#,
        #"{"result":{"output":{},"asset_traces":[{"asset":"a"}]}}"#,
        #"{"result":{"output":{},"asset_traces":{}}}"#,
        #"{"result":{"output":{},"validation":{"errors":[]}}}"#,
    ])
    func noResult(_ reply: String) async throws {
        let error = await #expect(throws: EngineError.self) {
            try await reading(reply) { engine in
                try await engine.tester.run(TesterRun(name: "s", event: "1:any:hello"))
            }
        }
        #expect(error?.code == .invalidJSON)
    }

    private let agent: JSONValue = ["wazuh": ["agent": ["id": "001"]]]

    @Test func whatIsSentToRun() async throws {
        let run = TesterRun(
            name: "s", event: "1:any:hello", agentMetadata: agent, traceLevel: .all,
            assetTrace: ["decoder/a/0"])
        let body = try await sending(answeredBy: fullResult) { engine in
            try await engine.tester.run(run)
        }
        #expect(
            body == [
                "name": "s", "event": "1:any:hello", "agent_metadata": agent,
                "trace_level": "ALL", "asset_trace": ["decoder/a/0"],
            ])
    }

    @Test func whatIsSentToLogtest() async throws {
        let logtest = Logtest(
            queue: 49, location: "/var/log/auth.log", metadata: agent, event: "hello",
            traceLevel: .assetOnly, space: "test")
        let body = try await sending(answeredBy: fullResult) { engine in
            try await engine.tester.logtest(logtest)
        }
        #expect(
            body == [
                "queue": 49, "location": "/var/log/auth.log", "metadata": agent,
                "event": "hello", "trace_level": "ASSET_ONLY", "space": "test",
            ])
    }

    @Test func whatIsSentForASession() async throws {
        let session = TesterSession(
            name: "s", namespaceID: "n", lifetime: 7, description: "mine")
        let body = try await sending { engine in try await engine.tester.post(session) }
        #expect(
            body == [
                "session": ["name": "s", "namespaceId": "n", "lifetime": 7, "description": "mine"]
            ])
    }

    @Test func valuesAreWrittenAsTheEngineWritesThem() throws {
        let entry = TesterSessionEntry(
            session: TesterSession(name: "s", namespaceID: "n"), status: .enabled, lastUse: 3)
        let json = try JSONValue(encoding: entry)
        #expect(
            json == [
                "name": "s", "namespaceId": "n", "lifetime": 0, "entry_status": "ENABLED",
                "last_use": 3,
            ])
        let result = try JSONValue(encoding: expectedResult)
        #expect(result["asset_traces"]?[0]?["success"] == true)
        #expect(result["asset_traces"]?[1]?["traces"] == [])
        #expect(result["validation"]?["valid"] == false)
        #expect(
            result["validation"]?["errors"]?[1] == ["path": "/event/new", "kind": "UNKNOWN_FIELD"])
    }
}
