import EngineRuntime
import Foundation
import TestSupport
import Testing

@Suite(.accountsForResources) struct PipeTests {
    private let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("pipe-\(UUID().uuidString.prefix(8)).sock").path

    private func withPair(
        _ body: (_ client: Peer, _ server: Peer) async throws -> Void
    ) async throws {
        try await withRawListener(on: path) { listener in
            let client = Peer()
            try await client.connect(to: path)
            let server = try await listener.accept()
            try await body(client, server)
            await client.close()
            await server.close()
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func bytesGoBothWays() async throws {
        try await withPair { client, server in
            try await client.write("ping\n")
            #expect(try await server.read(until: "\n") == "ping\n")
            try await server.write("pong\n")
            #expect(try await client.read(until: "\n") == "pong\n")
        }
    }

    @Test func aWriteLargerThanTheSocketArrivesWhole() async throws {
        let bytes = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await withPair { client, server in
            async let received: [UInt8] = {
                var received: [UInt8] = []
                while received.count < bytes.count, let more = try await server.read() {
                    received += more
                }
                return received
            }()
            try await client.write(bytes)
            #expect(try await received == bytes)
        }
    }

    @Test func aPausedReaderHoldsTheWriterUp() async throws {
        try await withPair { client, server in
            await server.stopReading()
            let bytes = [UInt8](repeating: 7, count: 4_000_000)
            #expect(try await !client.startWriting(bytes))
            await #expect(throws: LibUVError.tryAgain) { try await client.startWriting([1]) }
            #expect(await client.hasBytesUnreadByPeer == true)
            try await server.startReading()
            var count = 0
            while count < bytes.count, let more = try await server.read() { count += more.count }
            try await client.finishWriting()
            #expect(count == bytes.count)
        }
    }

    @Test func halfClosingLeavesTheOtherHalf() async throws {
        try await withPair { client, server in
            try await client.write("last")
            try await client.shutdownWriting()
            #expect(try await server.read(until: "never") == "last")
            try await server.write("answer")
            await server.close()
            #expect(try await client.read(until: "never") == "answer")
        }
    }

    @Test func writingToAClosedPeerIsAnErrorAndNoSignal() async throws {
        try await withPair { client, server in
            await server.close()
            let end = try await client.read()
            #expect(end == nil)
            await #expect(throws: LibUVError.brokenPipe) { try await client.write("late") }
        }
    }

    @Test func unreadBytesAtTheCloseResetTheConnection() async throws {
        try await withPair { client, server in
            await server.stopReading()
            try await client.write("unread")
            #expect(await client.hasBytesUnreadByPeer == true)
            await server.close()
            await #expect(throws: LibUVError.connectionReset) { try await client.read() }
        }
    }

    @Test func connectingReportsWhatTheSystemSays() async throws {
        try EngineLoop.shared.start()
        let missing = Peer()
        await #expect(throws: LibUVError.noSuchFile) { try await missing.connect(to: path) }
        await missing.close()
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let regular = Peer()
        await #expect(throws: LibUVError.connectionRefused) { try await regular.connect(to: path) }
        await regular.close()
        try FileManager.default.removeItem(atPath: path)
    }

    @Test func aClosedStreamConnectsNoMore() async throws {
        let loop = EngineLoop()
        try await loop.run {
            let stream = try PipeStream(on: loop)
            stream.close()
            // While libuv has the handle, and when its memory is gone.
            stream.connect(to: try SocketPath(path))
            while try await loop.openHandleCount() > 0 { await Task.yield() }
            stream.connect(to: try SocketPath(path))
        }
        await loop.shutdown()
    }

    @Test func aFullBacklogAsksToTryAgain() async throws {
        try await withRawListener(on: path, backlog: 0) { _ in
            var peers: [Peer] = []
            var failure: LibUVError?
            while failure == nil, peers.count < 16 {
                let peer = Peer()
                peers.append(peer)
                do {
                    try await peer.connect(to: path)
                } catch let error as LibUVError {
                    failure = error
                }
            }
            #expect(failure == .tryAgain)
            for peer in peers { await peer.close() }
        }
    }

    @Test func aTakenAddressIsRefused() async throws {
        try await withRawListener(on: path) { _ in
            let second = RawListener()
            await #expect(throws: LibUVError.addressInUse) { try await second.listen(on: path) }
        }
    }

    @Test func pathsAreCheckedBeforeTheyAreCut() throws {
        let longest = "/" + String(repeating: "a", count: SocketPath.maximumLength - 1)
        #expect(try SocketPath(longest).description == longest)
        #expect(throws: SocketPath.Invalid.tooLong(SocketPath.maximumLength + 1)) {
            try SocketPath(longest + "a")
        }
        // Bytes count, not characters.
        let wide = String(repeating: "é", count: 54)
        #expect(throws: SocketPath.Invalid.tooLong(108)) { try SocketPath(wide) }
        #expect(throws: SocketPath.Invalid.containsNUL) { try SocketPath("/tmp/a\0b") }
        #expect(throws: SocketPath.Invalid.empty) { try SocketPath("") }
    }

    @Test func errorsHaveTheirNames() {
        #expect(LibUVError.connectionRefused.name == "ECONNREFUSED")
        #expect(LibUVError.connectionRefused.message == "connection refused")
        #expect("\(LibUVError.endOfFile)" == "EOF: end of file")
        #expect(LibUVError(code: -99_999).name.contains("99999"))
    }
}
