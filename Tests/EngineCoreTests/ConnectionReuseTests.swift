import EngineCore
import EngineTesting
import TestSupport
import Testing

/// When a connection is used again, and what happens to requests on one that dies.
@Suite(.accountsForResources) struct ConnectionReuseTests {
    private let path = EmbeddedEngine.newSocketPath()
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    /// Plays a server by hand beside a client.
    private func withServer(
        retries: Int = 5, _ body: (RawListener, Engine) async throws -> Void
    ) async throws {
        try await withRawListener(on: path) { listener in
            var configuration = EngineConfiguration(socketPath: path, retries: retries)
            configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
            configuration.maximumConnectionAge = .seconds(60)
            configuration.idleTimeout = .seconds(60)
            try await withEngine(configuration: configuration) { try await body(listener, $0) }
        }
    }

    private func request(_ path: String, safe: Bool = false) -> EngineRequest {
        var request = EngineRequest(.post, path)
        request.repeatability = safe ? .safe : .unsafe
        return request
    }

    @Test func aConnectionServesRequestAfterRequest() async throws {
        try await withServer { listener, engine in
            async let first = engine.execute(request("/1"))
            let peer = try await listener.accept()
            for number in 1...3 {
                let head = try await peer.read(until: "\r\n\r\n")
                #expect(head.hasPrefix("POST /\(number) "))
                try await peer.write(ok)
                if number == 1 { #expect(try await first.status == 200) }
                if number < 3 {
                    Task { try await engine.execute(request("/\(number + 1)")) }
                }
            }
            await peer.close()
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nleftover",
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=1\r\nContent-Length: 0\r\n\r\n",
    ])
    func aConnectionThatMustNotBeUsedAgain(response: String) async throws {
        try await withServer { listener, engine in
            async let first = engine.execute(request("/1"))
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write(response)
            _ = try await first
            let end = try await peer.read()
            #expect(end == nil)
            async let second = engine.execute(request("/2"))
            let next = try await listener.accept()
            _ = try await next.read(until: "\r\n\r\n")
            try await next.write(ok)
            let status = try await second.status
            #expect(status == 200)
            await peer.close()
            await next.close()
        }
    }

    @Test func bytesOnAnIdleConnectionEndIt() async throws {
        try await withServer { listener, engine in
            async let first = engine.execute(request("/1"))
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write(ok)
            _ = try await first
            try await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
            let end = try await peer.read()
            #expect(end == nil)
            await peer.close()
        }
    }

    @Test func aSafeRequestSurvivesALostConnection() async throws {
        try await withServer { listener, engine in
            async let response = engine.execute(request("/x", safe: true))
            for _ in 0..<2 {
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                await peer.close()
            }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write(ok)
            let status2 = try await response.status
            #expect(status2 == 200)
            await peer.close()
        }
    }

    @Test func anUnsafeRequestThatWasReadIsNotRepeated() async throws {
        try await withServer { listener, engine in
            async let failed = #expect(throws: EngineError.self) {
                try await engine.execute(request("/x"))
            }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            await peer.close()
            let error = await failed
            #expect(error?.code == .http)
            #expect(error?.delivery == .consumed)
            #expect(error?.attempts.isEmpty == true)
        }
    }

    @Test func theErrorAfterTheLastTryCarriesAllTries() async throws {
        try await withServer(retries: 2) { listener, engine in
            async let failed = #expect(throws: EngineError.self) {
                try await engine.execute(request("/x", safe: true))
            }
            for _ in 0..<3 {
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                await peer.close()
            }
            let error = await failed
            #expect(error?.code == .http)
            #expect(error?.attempts.map(\.delivery) == [.consumed, .consumed])
            #expect(error?.attempts.allSatisfy { $0.failure as? LibUVError == .endOfFile } == true)
        }
    }

    @Test func anEarlyResponseIsDeliveredAndEndsTheConnection() async throws {
        try await withServer { listener, engine in
            let body = [UInt8](repeating: 1, count: 8_000_000)
            async let response = engine.execute(EngineRequest(.post, "/x", body: .bytes(body)))
            let peer = try await listener.accept(isReading: false)
            while await engine.statistics.busyConnections == 0 { await Task.yield() }
            try await peer.write("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig")
            let text = try await response.text
            #expect(text == "big")
            await peer.close()
        }
    }

    @Test func aResponseBeforeTheCloseIsDelivered() async throws {
        try await withServer { listener, engine in
            let body = [UInt8](repeating: 1, count: 8_000_000)
            async let response = engine.execute(EngineRequest(.post, "/x", body: .bytes(body)))
            let peer = try await listener.accept(isReading: false)
            while await engine.statistics.busyConnections == 0 { await Task.yield() }
            try await peer.write("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig")
            await peer.close()
            let status = try await response.status
            #expect(status == 413)
        }
    }

    @Test func anEngineThatStartsLateIsWaitedFor() async throws {
        var configuration = EngineConfiguration(socketPath: path, retries: 1_000)
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(2))
        try await withEngine(configuration: configuration) { engine in
            let response = Task<EngineResponse, any Error> {
                try await engine.execute(request("/x"))
            }
            try await withRawListener(on: path) { listener in
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                try await peer.write(ok)
                let status = try await response.value.status
                #expect(status == 200)
                await peer.close()
            }
        }
    }

    @Test func failuresToConnectAreCountedAndCarried() async throws {
        var configuration = EngineConfiguration(socketPath: path, retries: 3)
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
        try await withEngine(configuration: configuration) { engine in
            let error = try await #require(throws: EngineError.self) {
                try await engine.execute(request("/x"))
            }
            #expect(error.code == .connection)
            #expect(error.attempts.count == 3)
            #expect(error.attempts.allSatisfy { $0.delivery == .neverSent })
        }
    }
}
