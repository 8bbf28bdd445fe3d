import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Limits of a request's head, which are the daemon's.
@Suite(.accountsForResources) struct RequestLimitTests {
    private func request(fields count: Int) -> EngineRequest {
        var request = EngineRequest(.get, "/")
        for number in 0..<count { request.headers.append("X-\(number)", "v") }
        return request
    }

    private func withEngine(
        _ limits: RequestLimits? = nil, _ operation: (Engine) async throws -> Void
    ) async throws {
        try await withEmbeddedEngine { _ in
            EmbeddedResponse()
        } _: { server in
            var configuration = EngineConfiguration(socketPath: server.socketPath)
            if let limits { configuration.requestLimits = limits }
            try await EngineCore.withEngine(configuration: configuration, operation)
        }
    }

    @Test func theErrorNamesTheFieldTheLimitAndTheSetting() async throws {
        try await withEngine { engine in
            let many = await failure(of: request(fields: 98), engine)
            #expect(many?.code == .unexpected)
            #expect(many?.delivery == .neverSent)
            #expect(
                many?.detail
                    == "the request can't be sent as HTTP: there are 98 fields, more than "
                    + "requestLimits.fieldCount (97)")
            var long = EngineRequest(.get, "/")
            long.headers.append("X-Short", "v")
            long.headers.append("X-Long", String(repeating: "v", count: 8_190))
            #expect(
                await failure(of: long, engine)?.detail.hasSuffix(
                    "the field X-Long has 8200 bytes, more than requestLimits.fieldSize (8190)")
                    == true)
            let target = EngineRequest(.get, "/" + String(repeating: "t", count: 8_192))
            #expect(
                await failure(of: target, engine)?.detail.hasSuffix(
                    "the target has 8193 bytes, more than requestLimits.targetSize (8192)") == true)
            var hosts = EngineRequest(.get, "/")
            for host in ["a", "b"] { hosts.headers.append("Host", host) }
            #expect(
                await failure(of: hosts, engine)?.detail.hasSuffix(
                    "the field Host is there more than once") == true)
            let tunnel = EngineRequest(HTTPMethod(rawValue: "CONNECT"), "/")
            #expect(
                await failure(of: tunnel, engine)?.detail.hasSuffix(
                    "the method CONNECT is not supported") == true)
        }
    }

    @Test func withoutLimitsTheDaemonDecides() async throws {
        try await withEngine(.unlimited) { engine in
            let response = try await engine.execute(request(fields: 200))
            #expect(response.status == 200)
        }
    }

    @Test func newLimitsHoldForHeadsThatWereSentBefore() async throws {
        try await withEngine { engine in
            for _ in 0..<2 {
                let response = try await engine.execute(request(fields: 10))
                #expect(response.status == 200)
            }
            var configuration = engine.configuration
            configuration.requestLimits.fieldCount = 9
            try await engine.reconfigure(configuration)
            let error = await failure(of: request(fields: 10), engine)
            #expect(
                error?.underlying as? RequestEncodingError == .tooManyFields(count: 10, limit: 9))
            let response = try await engine.execute(request(fields: 9))
            #expect(response.status == 200)
        }
    }

    @Test func limitsOfNothingAreNoConfiguration() throws {
        for (change, name) in [
            ({ $0.targetSize = 0 }, "targetSize"), ({ $0.fieldSize = -1 }, "fieldSize"),
            ({ $0.fieldCount = -1 }, "fieldCount"),
        ] as [((inout RequestLimits) -> Void, String)] {
            var configuration = EngineConfiguration()
            change(&configuration.requestLimits)
            let error = try #require(throws: EngineError.self) { try configuration.validate() }
            #expect((error.underlying as? InvalidSetting)?.name == "requestLimits.\(name)")
        }
    }
}
