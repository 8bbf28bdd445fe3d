import EngineCore
import EngineModules
import EngineTesting
import TestSupport
import Testing

/// One batch at a time, through a real socket.
@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct EventsModuleTests {
    @Test func postsABatch() async throws {
        let endpoint = EventEndpoint(recordsEvents: true)
        let header = try EventHeader(
            agentID: "001", agentName: "web-1", clusterName: "wazuh", clusterNode: "node01")
        var batch = try EventBatch(header: header, events: ["1:/var/log/app:one"])
        batch.append([0xff, 0x0a, 0x45, 0x20, 0x00])
        let sent = batch
        try await withEmbeddedEngine(handler: endpoint.answer) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                try await engine.events.post(sent)
            }
        }
        #expect(endpoint.counts.events == ["001": 2])
        let expected: [[UInt8]] = [
            Array("1:/var/log/app:one".utf8), [0xff, 0x0a, 0x45, 0x20, 0x00],
        ]
        #expect(endpoint.events(of: "001") == expected)
    }

    @Test func theHeaderIsTheRecordedOne() throws {
        let exchange = try RecordedExchange.named("events.ok")
        let header = try EventHeader(
            agentID: "001", agentName: "web-1", clusterName: "wazuh", clusterNode: "node01")
        let recorded = try JSONValue(
            parsing: Array(try #require(exchange.body).prefix { $0 != "\n" }.dropFirst(2).utf8))
        #expect(try JSONValue(parsing: header.json) == recorded)
    }

    @Test func aRefusalIsTheEnginesOwn() async throws {
        try await withEmbeddedEngine { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                let header = try EventHeader([String: String]())
                let batch = try EventBatch(header: header, events: ["1:x:y"])
                let error = await #expect(throws: EngineError.self) {
                    try await engine.events.post(batch)
                }
                #expect(error?.httpStatus == 400)
                #expect(
                    error?.engineMessage
                        == "NDJson parser error, AgentMetadataCache: missing or non-string "
                        + "/wazuh/agent/id in header")
            }
        }
    }

    @Test func aHeaderThatNoBatchCanHave() {
        for json in ["", "[]", "{\n}", "{}\nE x"] {
            let error = #expect(throws: EngineError.self) {
                try EventHeader(json: Array(json.utf8))
            }
            #expect(error?.code == .unexpected)
        }
        #expect(throws: EngineError.self) { try EventHeader(agentID: "\u{7f}") }
    }

    @Test(arguments: [
        "events.ok", "events.headeronly", "events.noheader", "events.empty", "events.noagent",
    ])
    func theEndpointAnswersAsTheEngine(name: String) async throws {
        let exchange = try RecordedExchange.named(name)
        let body = Array((exchange.body ?? "").utf8)
        try await withEmbeddedEngine(handler: EventEndpoint().answer) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                let response = try await engine.execute(
                    EngineRequest(.post, "/events/enriched", body: .bytes(body)))
                let recorded = String(decoding: exchange.responseBytes, as: UTF8.self)
                #expect(recorded.hasPrefix("HTTP/1.1 \(response.status) "))
                #expect(recorded.hasSuffix("\r\n\r\n" + response.text))
            }
        }
    }
}
