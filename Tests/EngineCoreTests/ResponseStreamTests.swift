import EngineCore
import EngineRuntime
import EngineTesting
import TestSupport
import Testing

/// Responses whose bodies are taken as they arrive.
@Suite(.accountsForResources) struct ResponseStreamTests {
    private let path = EmbeddedEngine.newSocketPath()
    private let request = EngineRequest(.get, "/")

    private func withServer(
        stallTimeout: Duration = .seconds(60), _ body: (RawListener, Engine) async throws -> Void
    ) async throws {
        try await withRawListener(on: path) { listener in
            var configuration = EngineConfiguration(
                socketPath: path, retries: 0, timeout: .seconds(60))
            configuration.stallTimeout = stallTimeout
            configuration.idleTimeout = .seconds(60)
            configuration.maximumConnectionAge = .seconds(60)
            try await withEngine(configuration: configuration) { try await body(listener, $0) }
        }
    }

    /// Takes a request and sends the beginning of its response.
    private func answer(
        _ listener: RawListener, _ bytes: String
    ) async throws -> Peer {
        let peer = try await listener.accept()
        _ = try await peer.read(until: "\r\n\r\n")
        try await peer.write(bytes)
        return peer
    }

    @Test func chunksComeBeforeTheEnd() async throws {
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n")
            let response = try await streamed
            #expect(response.status == 200)
            #expect(response.headers["X"] == "y")
            var chunks = response.body.makeAsyncIterator()
            for text in ["a", "bcd"] {
                try await peer.write("\(text.utf8.count)\r\n\(text)\r\n")
                let chunk = try await chunks.next()
                #expect(chunk == Array(text.utf8))
            }
            #expect(response.body.trailers == nil)
            try await peer.write("0\r\nSum: 4\r\n\r\n")
            for _ in 0..<2 {
                let end = try await chunks.next()
                #expect(end == nil)
            }
            #expect(response.body.trailers?["sum"] == "4")
            // The connection is free for the next request.
            async let next = engine.execute(request)
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 204 No Content\r\n\r\n")
            let status = try await next.status
            #expect(status == 204)
            await peer.close()
        }
    }

    @Test func aConsumerThatDoesNotTakeHoldsUpThePeer() async throws {
        let size = 32 << 20
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let response = try await streamed
            let written = Locked(0)
            let piece = [UInt8](repeating: 7, count: 65_536)
            async let writing: Void = {
                for _ in 0..<size / piece.count {
                    try await peer.write(piece)
                    written.withLock { $0 += piece.count }
                }
            }()
            // Turns of the loop in which the client could read more, and does not.
            for _ in 0..<2_000 { _ = await engine.statistics }
            // Its own buffer, the socket's, and what is on the way between.
            #expect(written.withLock { $0 } < 2 << 20)
            var received = 0
            for try await chunk in response.body { received += chunk.count }
            #expect(received == size)
            try await writing
            #expect(await engine.statistics.idleConnections == 1)
            await peer.close()
        }
    }

    /// Asks for a response and lets go of it when its head is there.
    private func abandoned(
        _ listener: RawListener, _ engine: Engine, _ head: String
    ) async throws -> Peer {
        async let response = engine.stream(request)
        let peer = try await answer(listener, head)
        let status = try await response.status
        #expect(status == 200)
        return peer
    }

    @Test func smallChunksThroughManyPauses() async throws {
        let (count, size) = (8_192, 4_096)
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let response = try await streamed
            let chunk =
                Array("1000\r\n".utf8) + [UInt8](repeating: 7, count: size) + Array("\r\n".utf8)
            let piece = Array(repeatElement(chunk, count: 16).joined())
            async let writing: Void = {
                for _ in 0..<count / 16 { try await peer.write(piece) }
                try await peer.write("0\r\n\r\n")
            }()
            var received = 0
            for try await chunk in response.body {
                received += chunk.count
                // Now and then long enough for the buffer to fill.
                if received % (1 << 20) < size {
                    for _ in 0..<50 { _ = await engine.statistics }
                }
            }
            #expect(received == count * size)
            try await writing
            #expect(await engine.statistics.idleConnections == 1)
            await peer.close()
        }
    }

    @Test func givingUpByName() async throws {
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            let body = try await streamed.body
            body.cancel()
            let end = try await peer.read()
            #expect(end == nil)
            let error = await #expect(throws: EngineError.self) {
                for try await _ in body {}
            }
            #expect(error?.code == .cancelled)
            body.cancel()
            await peer.close()
        }
    }

    @Test func aBodyOutlivesTheNameOfItsClient() async throws {
        try await withRawListener(on: path) { listener in
            let configuration = EngineConfiguration(socketPath: path, retries: 0)
            async let body = Engine(configuration: configuration).stream(request).body
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
            let kept = try await body
            try await peer.write("def")
            let bytes = try await kept.collect(upTo: 6)
            #expect(bytes == Array("abcdef".utf8))
            await peer.close()
        }
    }

    @Test func aBodyUntilTheClose() async throws {
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(listener, "HTTP/1.1 200 OK\r\n\r\nabc")
            let body = try await streamed.body
            await peer.close()
            let bytes = try await body.collect(upTo: 6)
            #expect(bytes == Array("abc".utf8))
        }
    }

    @Test func lettingGoClosesThatConnectionAlone() async throws {
        try await withServer { listener, engine in
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
            async let streamed = engine.stream(request)
            let secondPeer = try await answer(listener, head)
            let kept = try await streamed
            let firstPeer = try await abandoned(listener, engine, head)
            let end = try await firstPeer.read()
            #expect(end == nil)
            try await secondPeer.write("defghij")
            let body = try await kept.body.collect(upTo: 10)
            #expect(body == Array("abcdefghij".utf8))
            #expect(await engine.statistics.closed == [.broken: 1])
            await firstPeer.close()
            await secondPeer.close()
        }
    }

    @Test func aCancelledConsumer() async throws {
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            let body = try await streamed.body
            let (taken, hasTaken) = AsyncStream.makeStream(of: Void.self)
            let consumer = Task {
                var chunks = body.makeAsyncIterator()
                _ = try await chunks.next()
                hasTaken.yield()
                _ = try await chunks.next()
            }
            for await _ in taken { break }
            consumer.cancel()
            let error = await #expect(throws: EngineError.self) { try await consumer.value }
            #expect(error?.code == .cancelled)
            #expect(error?.delivery == .consumed)
            let end = try await peer.read()
            #expect(end == nil)
            await peer.close()
        }
    }

    @Test func aBodyThatIsCutOff() async throws {
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            let body = try await streamed.body
            await peer.close()
            var chunks = body.makeAsyncIterator()
            let chunk = try await chunks.next()
            #expect(chunk == Array("abc".utf8))
            let error = await #expect(throws: EngineError.self) { try await body.collect(upTo: 9) }
            #expect(error?.code == .http)
            #expect(error?.message == "the engine closed the connection inside a response")
        }
    }

    @Test func aBodyOverTheLimitOfWhoCollectsIt() async throws {
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcdef")
            let body = try await streamed.body
            let error = await #expect(throws: EngineError.self) { try await body.collect(upTo: 5) }
            #expect(error?.underlying as? HTTPParseError == .bodyTooLarge(limit: 5))
            let end = try await peer.read()
            #expect(end == nil)
            await peer.close()
        }
    }

    @Test func closingTheClientEndsTheBody() async throws {
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
            let body = try await streamed.body
            await engine.close()
            let error = await #expect(throws: EngineError.self) { try await body.collect(upTo: 10) }
            #expect(error?.message == "the client is closed")
            await peer.close()
        }
    }

    @Test func anEngineThatStalls() async throws {
        try await withServer(stallTimeout: .milliseconds(50)) { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            let body = try await streamed.body
            let error = await #expect(throws: EngineError.self) { try await body.collect(upTo: 10) }
            #expect(error?.code == .timeout)
            #expect(
                error?.message
                    == "the stallTimeout of 50 ms passed while receiving the response")
            await peer.close()
        }
    }

    @Test func aConsumerMayTakeItsTime() async throws {
        let size = 4 << 20
        try await withServer(stallTimeout: .milliseconds(100)) { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let response = try await streamed
            async let writing: Void = peer.write([UInt8](repeating: 7, count: size))
            // The deadline of a request made after the pause began passes before the pause ends.
            let other = Engine(configuration: .init(socketPath: path, timeout: .milliseconds(300)))
            await #expect(throws: EngineError.self) { try await other.execute(request) }
            await other.close()
            let stranger = try await listener.accept()
            await stranger.close()
            let body = try await response.body.collect(upTo: size)
            #expect(body.count == size)
            try await writing
            await peer.close()
        }
    }

    @Test func largerThanWhatMayBeCollected() async throws {
        var configuration = EngineConfiguration(socketPath: path, timeout: .seconds(60))
        configuration.limits.bodySize = 1_000
        let body = [UInt8](repeating: 1, count: 3_000_000)
        let answer: EmbeddedEngine.Handler = { _ in EmbeddedResponse(body: body) }
        var server = EmbeddedEngine.Configuration()
        server.socketPath = path
        try await withEmbeddedEngine(server, handler: answer) { _ in
            try await withEngine(configuration: configuration) { engine in
                await #expect(throws: EngineError.self) { try await engine.execute(request) }
                let response = try await engine.stream(request)
                let received = try await response.body.collect(upTo: body.count)
                #expect(received == body)
                // All on the loop's thread.
                let count = try await engine.runOnLoop {
                    var count = 0
                    for try await chunk in try await engine.stream(request).body {
                        count += chunk.count
                    }
                    return count
                }
                #expect(count == body.count)
            }
        }
    }
}
