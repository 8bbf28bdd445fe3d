import EngineCore
import EngineRuntime
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Request bodies that are made or read while they are sent.
@Suite(.accountsForResources) struct RequestBodyTests {
    private let server = HandPlayedServer()

    private func withEcho(_ body: (Engine) async throws -> Void) async throws {
        let echo: EmbeddedEngine.Handler = { EmbeddedResponse(body: $0.body) }
        try await withEmbeddedEngine(handler: echo) { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath), body)
        }
    }

    /// Sends a body to a peer that reads until `ending` and answers.
    private func wire(of body: RequestBody, ending: String) async throws -> String {
        let sent = Locked("")
        try await server.run { listener, engine in
            async let response = engine.execute(EngineRequest(.put, "/", body: body))
            let peer = try await listener.accept()
            let bytes = try await peer.read(until: ending)
            sent.withLock { $0 = bytes }
            try await peer.write(server.ok)
            let status = try await response.status
            #expect(status == 200)
            #expect(await engine.statistics.idleConnections == 1)
            await peer.close()
        }
        return sent.withLock { $0 }
    }

    @Test func chunked() async throws {
        let body = RequestBody.stream(Chunks(["hello", "", "a longer chunk"]))
        let wire = try await wire(of: body, ending: "0\r\n\r\n")
        #expect(
            wire
                == "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\ne\r\na longer chunk\r\n0\r\n\r\n"
        )
    }

    @Test func chunkedAndEmpty() async throws {
        let wire = try await wire(of: .stream(Chunks([])), ending: "0\r\n\r\n")
        #expect(wire.hasSuffix("chunked\r\n\r\n0\r\n\r\n"))
    }

    @Test func ofKnownLength() async throws {
        let body = RequestBody.stream(Chunks(["ab", "cd"]), length: 4)
        let wire = try await wire(of: body, ending: "cd")
        #expect(wire.hasSuffix("Content-Length: 4\r\n\r\nabcd"))
    }

    @Test(arguments: [3, 5, 0]) func ofAnotherLengthThanAnnounced(length: Int) async throws {
        try await server.run { listener, engine in
            let body = RequestBody.stream(Chunks(["ab", "cd"]), length: length)
            async let failed = failure(of: EngineRequest(.put, "/", body: body), engine)
            let peer = try await listener.accept()
            let error = await failed
            #expect(error?.code == .unexpected)
            #expect(error?.message.contains(length < 4 ? "more" : "fewer") == true)
            // Never more than was announced, and no second request on this connection.
            var sent = ""
            while let bytes = try await peer.read() {
                sent += String(decoding: bytes, as: UTF8.self)
            }
            let sentBody = sent.components(separatedBy: "\r\n\r\n").last
            #expect((sentBody?.utf8.count ?? 0) <= length)
            await peer.close()
        }
    }

    @Test func aProducerThatFails() async throws {
        try await server.run(retries: 3) { listener, engine in
            let body = RequestBody.stream(Chunks(["ab"], failsAtEnd: true), isRepeatable: true)
            async let failed = failure(of: EngineRequest(.put, "/", body: body), engine)
            let peer = try await listener.accept()
            let error = await failed
            #expect(error?.code == .unexpected)
            #expect(error?.underlying is Chunks.Broken)
            #expect(error?.message == "the request's body can't be read")
            // An end by any other means than the last chunk: the engine can't take it for whole.
            var sent = ""
            while let bytes = try? await peer.read() {
                sent += String(decoding: bytes, as: UTF8.self)
            }
            #expect(!sent.hasSuffix("0\r\n\r\n"))
            await peer.close()
        }
    }

    @Test func aFile() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        try await withEcho { engine in
            for size in [0, 1, 4_096, 262_144, 262_145, 5_000_000] {
                let contents = (0..<size).map { UInt8(truncatingIfNeeded: $0 >> 8 ^ $0) }
                try Data(contents).write(to: file)
                let response = try await engine.execute(
                    EngineRequest(.put, "/", body: .file(file.path)))
                #expect(response.body == contents)
            }
        }
    }

    @Test func aFileWithoutASize() async throws {
        try await withEcho { engine in
            // What the kernel makes up while it is read has no size beforehand.
            let response = try await engine.execute(
                EngineRequest(.put, "/", body: .file("/proc/self/cmdline")))
            #expect(
                response.body == Array(try Data(contentsOf: .init(filePath: "/proc/self/cmdline"))))
            #expect(!response.body.isEmpty)
        }
    }

    @Test func aFileThatCannotBeRead() async throws {
        try await withEcho { engine in
            let missing = EngineRequest(.put, "/", body: .file("/nonexistent"))
            var error = await #expect(throws: EngineError.self) {
                try await engine.execute(missing)
            }
            #expect(error?.underlying as? LibUVError == .noSuchFile)
            #expect(error?.delivery == .neverSent)
            for (path, name) in [("/", "EISDIR"), ("/dev/zero", "ENOTSUP")] {
                let request = EngineRequest(.put, "/", body: .file(path))
                error = await #expect(throws: EngineError.self) {
                    try await engine.execute(request)
                }
                #expect((error?.underlying as? LibUVError)?.name == name)
                #expect(error?.message == "the request's body can't be read")
                #expect(error?.delivery == .neverSent)
            }
        }
    }

    @Test func largeBodiesThroughTheEmbeddedEngine() async throws {
        let chunks = Chunks(count: 320, size: 100_000)
        try await withEcho { engine in
            let request = EngineRequest(.put, "/", body: .stream(chunks))
            let response = try await engine.stream(request)
            var received = 0
            for try await chunk in response.body { received += chunk.count }
            #expect(received == 32_000_000)
        }
    }
}
