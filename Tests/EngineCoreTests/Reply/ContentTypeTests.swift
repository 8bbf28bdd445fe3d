import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// How the body of a request is announced.
@Suite(.accountsForResources) struct ContentTypeTests {
    /// The content type with which a request arrives; `-` for none.
    private func announced(
        _ body: RequestBody, headers: HeaderFields = [:]
    ) async throws -> String {
        try await withEmbeddedEngine { request in
            EmbeddedResponse(
                body: Array((request.headers.values(of: "Content-Type").first ?? "-").utf8))
        } _: { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                try await engine.execute(
                    EngineRequest(.post, "/", headers: headers, body: body)
                ).text
            }
        }
    }

    @Test func ofEachKind() async throws {
        #expect(try await announced(.empty) == "-")
        #expect(try await announced(.bytes([1])) == "application/octet-stream")
        #expect(try await announced(.text("é")) == "text/plain; charset=utf-8")
        #expect(try await announced(.stream(Chunks(["a"]))) == "application/octet-stream")
        try await withTemporaryDirectory { directory in
            let path = directory + "/data"
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
            #expect(try await announced(.file(path)) == "application/octet-stream")
        }
    }

    @Test func theCallersFieldWins() async throws {
        #expect(
            try await announced(.text("a"), headers: ["content-type": "text/csv"]) == "text/csv")
    }
}
