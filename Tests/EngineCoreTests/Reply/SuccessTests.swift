import EngineCore
import EngineTesting
import Synchronization
import TestSupport
import Testing

/// Which statuses count as success.
@Suite(.accountsForResources) struct SuccessTests {
    @Test(arguments: [300, 301, 302, 303, 304, 307, 308, 399, 400, 404, 500, 599])
    func otherStatusesAreErrors(_ status: Int) {
        let response = EngineResponse(status: status, body: Array(#"{"status":"OK"}"#.utf8))
        let checked = #expect(throws: EngineError.self) { try response.checkSuccess() }
        let decoded = #expect(throws: EngineError.self) {
            let _: EngineAcknowledgement = try response.decode()
        }
        for error in [checked, decoded] {
            #expect(error?.code == .http)
            #expect(error?.httpStatus == status)
            #expect(error?.delivery == .consumed)
        }
    }

    @Test(arguments: [200, 201, 202, 203, 204, 206, 226, 299])
    func everyStatusOf2xxIsASuccess(_ status: Int) throws {
        let response = EngineResponse(status: status)
        try response.checkSuccess()
        let _: EngineAcknowledgement = try response.decode()
    }

    @Test(arguments: [301, 302, 303, 307, 308]) func aRedirectTellsWhereTo(_ status: Int) throws {
        let response = EngineResponse(
            status: status, headers: ["location": "http://localhost/new?a=1"])
        let error = try #require(throws: EngineError.self) { try response.checkSuccess() }
        #expect(
            error.message
                == "the engine answered with HTTP status \(status); redirects are not followed")
        #expect(error.detail == "\(error.message); Location: http://localhost/new?a=1")
        #expect(!error.isTransient)
    }

    @Test func anotherStatusCanBeAllowed() throws {
        let unchanged = EngineResponse(status: 304, headers: ["ETag": "\"a\""])
        try unchanged.checkSuccess(allowing: [304])
        let error = try #require(throws: EngineError.self) { try unchanged.checkSuccess() }
        #expect(error.message == "the engine answered with HTTP status 304")
        #expect(throws: EngineError.self) {
            try EngineResponse(status: 302).checkSuccess(allowing: [304])
        }
        let refusal = Array(#"{"status":"ERROR","error":"no"}"#.utf8)
        #expect(throws: EngineError.self) {
            try EngineResponse(status: 302, body: refusal).checkSuccess(allowing: [302])
        }
    }

    @Test func aModuleCallRefusesARedirect() async throws {
        let moved = EmbeddedResponse(
            status: 308, headers: ["Location": "/v2/ping"], body: Array("{}".utf8))
        try await withEmbeddedEngine { _ in
            moved
        } _: { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                let typed = await #expect(throws: EngineError.self) {
                    let _: JSONValue = try await engine.send("/ping")
                }
                #expect(typed?.httpStatus == 308)
                #expect(typed?.detail.hasSuffix("Location: /v2/ping") == true)
                // Whoever asks for the raw response gets it whatever its status.
                let raw = try await engine.execute(EngineRequest(.get, "/ping"))
                #expect(raw.status == 308)
            }
        }
    }

    @Test(arguments: [(200, true), (204, true), (299, true), (301, false), (304, false)])
    func aHealthCheckWantsA2xx(_ status: Int, _ isReady: Bool) {
        let check = HealthCheck(EngineRequest(.get, "/"))
        #expect(check.isReady(EngineResponse(status: status)) == isReady)
    }
}
