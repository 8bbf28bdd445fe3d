import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// How a request fails on sockets that are not a well engine's.
@Suite(.accountsForResources) struct FailureTests {
    private let path = EmbeddedEngine.newSocketPath()

    /// The error of one request with no retries and half a second.
    private func failure(
        at path: String, timeout: Duration = .seconds(5),
        _ request: EngineRequest = .init(.get, "/")
    ) async -> EngineError? {
        let configuration = EngineConfiguration(socketPath: path, retries: 0, timeout: timeout)
        return await withEngine(configuration: configuration) { engine -> EngineError? in
            do throws(EngineError) {
                _ = try await engine.execute(request)
                return nil
            } catch {
                return error
            }
        }
    }

    /// The error of one request to a server that answers it with these bytes.
    private func failure(
        answered bytes: String, closing: Bool = true, timeout: Duration = .seconds(5)
    ) async throws -> EngineError? {
        try await withRawListener(on: path) { listener in
            async let failed = failure(at: path, timeout: timeout)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            if !bytes.isEmpty { try await peer.write(bytes) }
            if closing { await peer.close() }
            let failure = await failed
            await peer.close()
            return failure
        }
    }

    private func expectSafeMessage(
        _ error: EngineError, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(!error.message.contains(path), sourceLocation: sourceLocation)
        #expect(!error.message.contains("/"), sourceLocation: sourceLocation)
        #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
    }

    @Test func aMissingSocket() async throws {
        let error = try #require(await failure(at: path))
        #expect(error.code == .connection)
        #expect(error.moduleCode == .timeout)
        #expect(error.delivery == .neverSent)
        #expect(error.isTransient)
        #expect(error.underlying as? LibUVError == .noSuchFile)
        #expect(error.message == "the engine's socket does not exist")
        #expect(error.detail.contains(path))
        expectSafeMessage(error)
    }

    @Test func aSocketThatNobodyListensOn() async throws {
        let descriptor = try boundSocket(at: path, type: SOCK_STREAM)
        let error = try #require(await failure(at: path))
        close(descriptor)
        try FileManager.default.removeItem(atPath: path)
        #expect(error.code == .connection)
        #expect(error.underlying as? LibUVError == .connectionRefused)
        #expect(error.delivery == .neverSent)
        expectSafeMessage(error)
    }

    @Test func aRegularFile() async throws {
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        let error = try #require(await failure(at: path))
        try FileManager.default.removeItem(atPath: path)
        #expect(error.code == .connection)
        #expect(error.underlying as? LibUVError == .connectionRefused)
        expectSafeMessage(error)
    }

    @Test func aForbiddenSocket() async throws {
        let error = try await withRawListener(on: path) { _ in
            unsafe chmod(path, 0o600)
            // Root may use anything; another user's rights show what the kernel refuses.
            let isRoot = geteuid() == 0
            if isRoot { seteuid(65_534) } else { unsafe chmod(path, 0) }
            defer { if isRoot { seteuid(0) } }
            return await failure(at: path)
        }
        #expect(error?.code == .connection)
        #expect(error?.underlying as? LibUVError == .permissionDenied)
        #expect(error?.message == "no permission to use the engine's socket")
        #expect(error?.isTransient == false)
    }

    @Test func pathsThatNoSocketCanHave() async throws {
        for path in ["/" + String(repeating: "a", count: 107), "/tmp/a\0b", "", "unix://"] {
            let error = try #require(await failure(at: path))
            #expect(error.code == .connection)
            #expect(error.delivery == .neverSent)
            #expect(!error.isTransient)
        }
    }

    @Test func otherProtocols() async throws {
        for address in ["http://localhost/", "tcp://127.0.0.1:1", "https://x"] {
            let error = try #require(await failure(at: address))
            #expect(error.code == .unsupportedProtocol)
            #expect(error.moduleCode == .timeout)
            #expect(error.delivery == .neverSent)
        }
    }

    @Test func unixAddressesAreSpoken() async throws {
        try await withEmbeddedEngine { server in
            for address in ["unix://\(server.socketPath)", "unix:\(server.socketPath)"] {
                #expect(await failure(at: address) == nil)
            }
        }
    }

    @Test func aSilentEngine() async throws {
        let error = try #require(
            await failure(answered: "", closing: false, timeout: .milliseconds(50)))
        #expect(error.code == .timeout)
        #expect(error.delivery == .consumed)
        #expect(error.isTransient)
        #expect(error.message == "the timeout of 50 ms passed while waiting for the response")
    }

    @Test func anEngineThatNeverAccepts() async throws {
        let error = try await withRawListener(on: path) { _ in
            await failure(at: path, timeout: .milliseconds(50))
        }
        #expect(error?.code == .timeout)
        #expect(error?.delivery == .notRead)
    }

    @Test func anEngineThatHangsUp() async throws {
        let error = try #require(await failure(answered: ""))
        #expect(error.code == .http)
        #expect(error.delivery == .consumed)
        #expect(error.isTransient)
        expectSafeMessage(error)
    }

    @Test func anEngineThatHangsUpUnread() async throws {
        let error = try await withRawListener(on: path) { listener in
            async let failed = failure(at: path)
            let peer = try await listener.accept(isReading: false)
            await peer.close()
            return await failed
        }
        // The close can come before the request is written.
        let delivery = try #require(error?.delivery)
        #expect(error?.code == (delivery == .neverSent ? .connection : .http))
        #expect([.notRead, .neverSent].contains(delivery))
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ])
    func halfAnAnswer(bytes: String) async throws {
        let error = try #require(await failure(answered: bytes))
        #expect(error.code == .http)
        #expect(error.delivery == .unknown)
        #expect(error.message == "the engine closed the connection inside a response")
        #expect(error.progress?.bytesReceived == bytes.utf8.count)
        let head = "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
        #expect(error.progress?.bytesSent == head.utf8.count)
        #expect(error.progress?.isReusedConnection == false)
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n", "\0\0\0\0\n\n",
        "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 70_000),
    ])
    func garbage(bytes: String) async throws {
        let error = try #require(await failure(answered: bytes, closing: false))
        #expect(error.code == .http)
        #expect(error.underlying is HTTPParseError)
        #expect(!error.message.contains("garbage"))
        expectSafeMessage(error)
    }

    @Test func aBodyOverTheLimit() async throws {
        var configuration = EngineConfiguration(socketPath: path, retries: 0)
        configuration.limits.bodySize = 100
        try await withRawListener(on: path) { [configuration] listener in
            async let failed = withEngine(configuration: configuration) { engine in
                await #expect(throws: EngineError.self) {
                    try await engine.execute(EngineRequest(.get, "/"))
                }
            }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n")
            let error = await failed
            #expect(error?.underlying as? HTTPParseError == .bodyTooLarge(limit: 100))
            await peer.close()
        }
    }

    @Test func requestsThatCannotBeSent() async throws {
        var split = EngineRequest(.get, "/", headers: ["X": "a\r\nHost: evil"])
        for request in [
            split, EngineRequest(.get, "/a b"), EngineRequest(.get, "/\r\n"),
            EngineRequest(HTTPMethod(rawValue: "GET /x HTTP/1.1\r\n"), "/"),
            EngineRequest(.get, "x"), EngineRequest(.get, "/", headers: ["Content-Length": "3"]),
        ] {
            let error = try #require(await failure(at: path, request))
            #expect(error.code == .unexpected)
            #expect(error.delivery == .neverSent)
            #expect(error.underlying is RequestEncodingError)
        }
        split.headers.removeAll(named: "X")
        let error = try #require(await failure(at: path, split))
        #expect(error.underlying as? RequestEncodingError == .invalidField(name: "X"))
    }
}
