import EngineCore
import EngineTesting
import TestSupport
import Testing

/// The response that an error keeps.
@Suite(.accountsForResources) struct ErrorResponseTests {
    private let server = HandPlayedServer()

    @Test func aRefusalKeepsItsResponse() async throws {
        let refusal = EmbeddedResponse(
            status: 401, headers: ["WWW-Authenticate": "Basic realm=\"engine\""],
            body: Array("who are you?".utf8))
        try await withEmbeddedEngine { _ in
            refusal
        } _: { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                let error = try await #require(throws: EngineError.self) {
                    let _: JSONValue = try await engine.send("/x")
                }
                let response = try #require(error.response)
                #expect(response.status == 401)
                #expect(response.reasonPhrase == "Unauthorized")
                #expect(response.headers["www-authenticate"] == "Basic realm=\"engine\"")
                #expect(response.text == "who are you?")
                #expect(!response.isBodyTruncated)
                #expect(error.httpStatus == 401)
                #expect(error.engineMessage == "who are you?")
            }
        }
    }

    @Test func aReplyThatIsNoJSONIsKeptAndExplained() throws {
        let response = EngineResponse(
            status: 200, headers: ["Content-Type": "text/html", "Content-Encoding": "br"],
            body: Array("<html>".utf8))
        let error = try #require(throws: EngineError.self) {
            let _: JSONValue = try response.decode()
        }
        #expect(error.code == .invalidJSON)
        #expect(error.response == EngineError.Response(response))
        #expect(error.detail.hasSuffix("; Content-Encoding: br; Content-Type: text/html"))
    }

    @Test(arguments: [65_535, 65_536, 65_537, 1_000_000])
    func itsBodyIsBounded(_ size: Int) throws {
        let response = EngineResponse(
            status: 500, body: [UInt8](repeating: UInt8(ascii: "x"), count: size))
        let error = try #require(throws: EngineError.self) { try response.checkSuccess() }
        #expect(error.response?.body.count == min(size, EngineError.Response.bodyLimit))
        #expect(error.response?.isBodyTruncated == (size > 65_536))
    }

    @Test func aResponseThatWasCutOffIsKeptAsFarAsItCame() async throws {
        try await server.run { listener, engine in
            async let failed = failure(of: EngineRequest(.post, "/x"), engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 10\r\n\r\nabc")
            await peer.close()
            let error = await failed
            #expect(error?.code == .http)
            #expect(error?.response?.status == 200)
            #expect(error?.response?.headers["X-A"] == "b")
            #expect(error?.response?.text == "abc")
            #expect(error?.response?.isBodyTruncated == true)
        }
    }

    @Test func soIsAStreamedOneWithoutTheBodyThatItsConsumerHas() async throws {
        try await server.run { listener, engine in
            async let stream = engine.stream(EngineRequest(.get, "/x"))
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 206 Partial\r\nX-A: b\r\nContent-Length: 10\r\n\r\nabc")
            let response = try await stream
            await peer.close()
            let error = await #expect(throws: EngineError.self) {
                _ = try await response.body.collect(upTo: 100)
            }
            #expect(error?.response?.status == 206)
            #expect(error?.response?.headers["X-A"] == "b")
            #expect(error?.response?.body == [])
            #expect(error?.response?.isBodyTruncated == true)
        }
    }

    @Test func aBodyOverTheLimitOfItsReaderKeepsItsHead() async throws {
        try await withEmbeddedEngine { _ in
            EmbeddedResponse(headers: ["X-A": "b"], body: [1, 2, 3])
        } _: { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                let response = try await engine.stream(EngineRequest(.get, "/x"))
                let error = await #expect(throws: EngineError.self) {
                    _ = try await response.body.collect(upTo: 2)
                }
                #expect(error?.response?.headers["X-A"] == "b")
            }
        }
    }

    @Test func withoutAHeadThereIsNone() async throws {
        try await server.run { listener, engine in
            async let failed = failure(of: EngineRequest(.post, "/x"), engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 200 OK\r\n")
            await peer.close()
            let error = await failed
            #expect(error != nil)
            #expect(error?.response == nil)
            #expect(error?.httpStatus == nil)
        }
    }
}
