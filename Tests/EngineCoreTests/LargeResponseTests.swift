import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Bodies of many reads, which reach their caller without passing through the loop's buffer.
@Suite(.accountsForResources) struct LargeResponseTests {
    private static let size = 5 << 20
    // No two pieces of it are alike that could be mistaken for each other.
    private static let bytes = (0..<size).map {
        UInt8(truncatingIfNeeded: $0 &* 31 >> 3 ^ $0 >> 15)
    }
    private let path = EmbeddedEngine.newSocketPath()
    private let request = EngineRequest(.get, "/")

    private func withServer(
        _ body: (RawListener, Engine) async throws -> Void
    ) async throws {
        try await withRawListener(on: path) { listener in
            var configuration = EngineConfiguration(
                socketPath: path, retries: 0, timeout: .seconds(60))
            configuration.idleTimeout = .seconds(60)
            configuration.maximumConnectionAge = .seconds(60)
            try await withEngine(configuration: configuration) { try await body(listener, $0) }
        }
    }

    /// Takes a request and writes pieces, the first of them behind a head.
    private func answer(
        _ listener: RawListener, _ head: String, _ pieces: [ArraySlice<UInt8>]
    ) async throws -> Peer {
        let peer = try await listener.accept()
        _ = try await peer.read(until: "\r\n\r\n")
        try await peer.write(head + "\r\n\r\n")
        for piece in pieces { try await peer.write(Array(piece)) }
        return peer
    }

    private static let counted = "HTTP/1.1 200 OK\r\nContent-Length: \(size)"
    private static let untilClose = "HTTP/1.1 200 OK"

    @Test(arguments: [counted, untilClose]) func collected(_ head: String) async throws {
        try await withServer { listener, engine in
            async let response = engine.execute(request)
            let peer = try await answer(listener, head, [Self.bytes[...]])
            if head == Self.untilClose { await peer.close() }
            let body = try await response.body
            #expect(body == Self.bytes)
            await peer.close()
        }
    }

    // Between large pieces small ones, each alone in the socket when the last one has been taken.
    @Test(arguments: [counted, untilClose]) func streamed(_ head: String) async throws {
        let cuts = [0, 1, 1_000_000, 1_000_010, 1_900_000, 1_950_000, 1_950_001, Self.size]
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(listener, head, [])
            var chunks = try await streamed.body.makeAsyncIterator()
            var received: [UInt8] = []
            for (start, end) in zip(cuts, cuts.dropFirst()) {
                async let writing: Void = peer.write(Array(Self.bytes[start..<end]))
                while received.count < end {
                    let chunk = try #require(try await chunks.next())
                    #expect(!chunk.isEmpty)
                    received += chunk
                }
                try await writing
            }
            if head == Self.untilClose { await peer.close() }
            let end = try await chunks.next()
            #expect(end == nil)
            #expect(received == Self.bytes)
            await peer.close()
        }
    }

    @Test func theConnectionIsKept() async throws {
        try await withServer { listener, engine in
            async let first = engine.execute(request)
            let peer = try await answer(listener, Self.counted, [Self.bytes[...]])
            let count = try await first.body.count
            #expect(count == Self.size)
            async let second = engine.execute(request)
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
            let body = try await second.body
            #expect(body == Array("abc".utf8))
            #expect(await engine.statistics.idleConnections == 1)
            await peer.close()
        }
    }

    @Test func aBodyThatIsCutOff() async throws {
        try await withServer { listener, engine in
            async let streamed = engine.stream(request)
            let peer = try await answer(listener, Self.counted, [])
            var chunks = try await streamed.body.makeAsyncIterator()
            let part = Self.bytes[..<1_000_000]
            async let writing: Void = peer.write(Array(part))
            var received: [UInt8] = []
            while received.count < part.count {
                received += try #require(try await chunks.next())
            }
            try await writing
            await peer.close()
            let error = await #expect(throws: EngineError.self) { try await chunks.next() }
            #expect(error?.underlying as? LibUVError == .endOfFile)
            #expect(received == Array(part))
        }
    }

    @Test func aLengthThatNoMemoryHolds() async throws {
        try await withRawListener(on: path) { listener in
            var configuration = EngineConfiguration(
                socketPath: path, retries: 0, timeout: .seconds(60))
            configuration.limits.bodySize = .max
            try await withEngine(configuration: configuration) { engine in
                async let error = failure(of: request, engine)
                let head = "HTTP/1.1 200 OK\r\nContent-Length: \(Int.max)"
                let peer = try await answer(listener, head, [Self.bytes[...]])
                await peer.close()
                let cause = await error?.underlying as? LibUVError
                #expect(cause == .endOfFile)
            }
        }
    }

    @Test func aBodyUntilTheCloseThatIsTooLarge() async throws {
        try await withRawListener(on: path) { listener in
            var configuration = EngineConfiguration(socketPath: path, retries: 0)
            configuration.limits.bodySize = 1 << 20
            try await withEngine(configuration: configuration) { engine in
                async let writing: Void = {
                    let peer = try await listener.accept()
                    _ = try await peer.read(until: "\r\n\r\n")
                    try await peer.write(Self.untilClose + "\r\n\r\n")
                    // The client closes before it is all written.
                    await #expect(throws: LibUVError.self) { try await peer.write(Self.bytes) }
                    await peer.close()
                }()
                let error = await #expect(throws: EngineError.self) {
                    try await engine.execute(request)
                }
                #expect(error?.underlying as? HTTPParseError == .bodyTooLarge(limit: 1 << 20))
                try await writing
            }
        }
    }
}
