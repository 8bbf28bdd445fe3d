import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Calls where no reply is wanted.
@Suite(.accountsForResources) struct VoidSendTests {
    private struct PingModule: EngineModule {
        static let name = "ping"
        let engine: Engine

        func ping() async throws(EngineError) {
            try await send("/ping")
        }

        func note(_ text: String) async throws(EngineError) {
            try await send("/note", ["text": text], repeatability: .safe)
        }
    }

    @Test func anyReplyWillDo() async throws {
        let requests = Locked<[String]>([])
        try await withEmbeddedEngine { request in
            let body = String(decoding: request.body, as: UTF8.self)
            let type = request.headers["Content-Type"] ?? "-"
            requests.withLock {
                $0.append("\(request.method) \(request.path) \(type) \(body)")
            }
            return EmbeddedResponse(body: Array("pong, no JSON".utf8))
        } _: { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                try await engine.send("/ping")
                try await engine.send("ping", method: .delete)
                try await engine.send("/x", ["a": 1], method: .put, timeout: .seconds(5))
                try await engine.send("*", method: .options)
                let module = engine.module(PingModule.self)
                try await module.ping()
                try await module.note("n")
            }
        }
        #expect(
            requests.withLock { $0 } == [
                "GET /ping - ", "DELETE /ping - ", #"PUT /x application/json {"a":1}"#,
                "OPTIONS * - ", "GET /ping - ", #"POST /note application/json {"text":"n"}"#,
            ])
    }

    @Test(arguments: [
        EmbeddedResponse.json(#"{"status":"ERROR","error":"no"}"#), .json("no", status: 500),
    ])
    func aRefusalIsAnError(_ refusal: EmbeddedResponse) async throws {
        try await withEmbeddedEngine { _ in
            refusal
        } _: { server in
            await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                let error = await #expect(throws: EngineError.self) {
                    try await engine.send("/ping")
                }
                #expect(error?.engineMessage == "no")
            }
        }
    }
}
