import EngineCore
import EngineTesting
import TestSupport
import Testing

/// Which limit counts in which part of a streamed request.
@Suite(.accountsForResources) struct StreamDeadlineTests {
    private let server = HandPlayedServer()

    /// Sends byte after byte until a request has failed; says whether it failed meanwhile.
    private func dribble(
        _ bytes: [UInt8], to peer: Peer, until hasFailed: Flag
    ) async -> Bool {
        let clock = ContinuousClock()
        let start = clock.now
        var offset = 0
        // The bound ends the test where nothing else would.
        while !hasFailed.isSet, clock.now - start < .seconds(10) {
            guard (try? await peer.write([bytes[offset]])) != nil else { break }
            offset = offset + 1 < bytes.count ? offset + 1 : offset
        }
        return clock.now - start < .seconds(10)
    }

    private static let dribbles = [
        "HTTP/1.1 200 OK\r\nX: aaaa",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nX: a",
        "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\nX: a",
    ]

    @Test(arguments: dribbles)
    func aDribbledHead(bytes: String) async throws {
        try await withEngine { configuration in
            configuration.timeout = .milliseconds(500)
        } _: { listener, engine in
            let hasFailed = Flag()
            async let failed = {
                let error = await streamFailure(of: .init(.get, "/"), engine)
                hasFailed.set()
                return error
            }()
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            let hasFailedMeanwhile = await dribble(
                Array(bytes.utf8), to: peer, until: hasFailed)
            #expect(hasFailedMeanwhile)
            await peer.close()
            let error = await failed
            #expect(error?.code == .timeout)
            #expect(error?.message.hasPrefix("the timeout of 500 ms passed") == true)
        }
    }

    /// A client whose limits are long unless they are set.
    private func withEngine(
        _ set: (inout EngineConfiguration) -> Void = { _ in },
        _ body: (RawListener, Engine) async throws -> Void
    ) async throws {
        try await withRawListener(on: server.path) { listener in
            var configuration = EngineConfiguration(
                socketPath: server.path, retries: 0, timeout: .seconds(60))
            configuration.stallTimeout = .seconds(60)
            configuration.limits.headSize = 1 << 30
            set(&configuration)
            try await EngineCore.withEngine(configuration: configuration) {
                try await body(listener, $0)
            }
        }
    }

    private func answer(_ listener: RawListener, _ bytes: String) async throws -> Peer {
        let peer = try await listener.accept()
        _ = try await peer.read(until: "\r\n\r\n")
        try await peer.write(bytes)
        return peer
    }

    /// Returns when a time has passed that another request sees pass.
    private func pass(_ duration: Duration) async {
        let absent = EngineConfiguration(
            socketPath: EmbeddedEngine.newSocketPath(), retries: 1_000_000)
        await EngineCore.withEngine(configuration: absent) { other in
            var request = EngineRequest(.get, "/")
            request.timeout = duration
            let error = await failure(of: request, other)
            #expect(error != nil)
        }
    }

    @Test func aDribbledHeadAfterAnUpload() async throws {
        try await withEngine { listener, engine in
            let hasFailed = Flag()
            async let failed = {
                var request = EngineRequest(.put, "/", body: .stream(Chunks(["ab", "cd"])))
                request.timeout = .milliseconds(500)
                let error = await streamFailure(of: request, engine)
                hasFailed.set()
                return error
            }()
            let peer = try await listener.accept()
            _ = try await peer.read(until: "0\r\n\r\n")
            let hasFailedMeanwhile = await dribble(
                Array("HTTP/1.1 200 OK\r\nX: a".utf8), to: peer, until: hasFailed)
            #expect(hasFailedMeanwhile)
            await peer.close()
            let error = await failed
            #expect(error?.message.hasPrefix("the timeout of 500 ms passed") == true)
        }
    }

    @Test func theTimeoutEndsWithTheHead() async throws {
        try await withEngine { listener, engine in
            var request = EngineRequest(.get, "/")
            request.timeout = .seconds(1)
            async let streamed = engine.stream(request)
            let peer = try await answer(listener, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
            let body = try await streamed.body
            await pass(.milliseconds(1_200))
            try await peer.write("abc")
            await pass(.milliseconds(1_200))
            try await peer.write("def")
            let bytes = try await body.collect(upTo: 6)
            #expect(bytes == Array("abcdef".utf8))
            await peer.close()
        }
    }

    @Test func theRequestsStallTimeoutCountsAfterTheHead() async throws {
        try await withEngine { listener, engine in
            var request = EngineRequest(.get, "/")
            request.stallTimeout = .milliseconds(200)
            async let streamed = engine.stream(request)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            // Not before it.
            await pass(.milliseconds(400))
            try await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
            let body = try await streamed.body
            let error = await #expect(throws: EngineError.self) { try await body.collect(upTo: 6) }
            #expect(error?.code == .timeout)
            #expect(
                error?.message == "the stallTimeout of 200 ms passed while receiving the response")
            await peer.close()
        }
    }

    @Test func theTotalTimeoutCountsThroughTheBody() async throws {
        try await withEngine { configuration in
            configuration.totalTimeout = .seconds(1)
        } _: { listener, engine in
            async let streamed = engine.stream(.init(.get, "/"))
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            let body = try await streamed.body
            let hasFailed = Flag()
            async let failed = {
                let error = await #expect(throws: EngineError.self) {
                    try await body.collect(upTo: 1_000_000)
                }
                hasFailed.set()
                return error
            }()
            let hasFailedMeanwhile = await dribble([7], to: peer, until: hasFailed)
            #expect(hasFailedMeanwhile)
            let error = await failed
            #expect(error?.code == .timeout)
            #expect(
                error?.message == "the totalTimeout of 1 s passed while receiving the response")
            await peer.close()
        }
    }

    @Test func theTotalTimeoutCountsTheCallersTime() async throws {
        try await withEngine { listener, engine in
            let (chunks, input) = AsyncStream.makeStream(of: [UInt8].self)
            var upload = EngineRequest(.put, "/", body: .stream(chunks))
            upload.totalTimeout = .milliseconds(100)
            let uploaded = await streamFailure(of: upload, engine)
            #expect(
                uploaded?.message == "the totalTimeout of 100 ms passed while writing the request")
            input.finish()
            await (try await listener.accept()).close()
            var download = EngineRequest(.get, "/")
            download.totalTimeout = .seconds(1)
            async let streamed = engine.stream(download)
            let peer = try await answer(
                listener, "HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n")
            let body = try await streamed.body
            // Until the peer can't write more, since nobody takes the body.
            let isTaken = try await peer.startWriting([UInt8](repeating: 7, count: 4_000_000))
            #expect(!isTaken)
            await pass(.milliseconds(1_200))
            let error = await #expect(throws: EngineError.self) {
                try await body.collect(upTo: 4_000_000)
            }
            #expect(
                error?.message == "the totalTimeout of 1 s passed while receiving the response")
            await peer.close()
        }
    }

    @Test func theTotalTimeoutLimitsWhatIsCollectedToo() async throws {
        try await withEngine { listener, engine in
            var request = EngineRequest(.get, "/")
            request.totalTimeout = .milliseconds(50)
            for timeout in [Duration.seconds(60), .unlimited] {
                request.timeout = timeout
                let error = await failure(of: request, engine)
                #expect(error?.code == .timeout)
                #expect(
                    error?.message
                        == "the totalTimeout of 50 ms passed while waiting for the response")
            }
            request.timeout = .milliseconds(20)
            let error = await failure(of: request, engine)
            #expect(
                error?.message == "the timeout of 20 ms passed while waiting for the response")
        }
    }

    @Test func retriesAreWithinTheTimeout() async throws {
        try await withEngine { configuration in
            configuration.retries = 1_000_000
            configuration.timeout = .milliseconds(300)
            configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
        } _: { listener, engine in
            let hasFailed = Flag()
            async let failed = {
                let error = await streamFailure(of: .init(.get, "/"), engine)
                hasFailed.set()
                return error
            }()
            let server = Task {
                while !Task.isCancelled {
                    let peer = try await listener.accept()
                    await peer.close()
                }
            }
            let error = await failed
            server.cancel()
            #expect(error?.code == .timeout)
            #expect(error?.message.hasPrefix("the timeout of 300 ms passed") == true)
            // One more connection for the server to see that it is over.
            await #expect(throws: EngineError.self) { try await engine.stream(.init(.get, "/")) }
            _ = await server.result
        }
    }

    @Test func noLimitIsNone() async throws {
        try await withEngine { configuration in
            configuration.timeout = .milliseconds(50)
            configuration.stallTimeout = .milliseconds(50)
            configuration.totalTimeout = .milliseconds(50)
            configuration.phaseTimeouts.firstByte = .unlimited
            configuration.phaseTimeouts.betweenBytes = .unlimited
        } _: { listener, engine in
            var request = EngineRequest(.get, "/", timeout: .unlimited)
            request.stallTimeout = .unlimited
            request.totalTimeout = .unlimited
            async let streamed = engine.stream(request)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            await pass(.milliseconds(200))
            try await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
            let body = try await streamed.body
            await pass(.milliseconds(200))
            try await peer.write("abc")
            let bytes = try await body.collect(upTo: 3)
            #expect(bytes == Array("abc".utf8))
            await peer.close()
        }
    }

    @Test func aConfigurationCanHaveNoLimits() async throws {
        try await withEmbeddedEngine { server in
            var configuration = EngineConfiguration(
                socketPath: server.socketPath, timeout: .unlimited)
            configuration.stallTimeout = .unlimited
            configuration.totalTimeout = .unlimited
            configuration.shutdownTimeout = .unlimited
            configuration.idleTimeout = .unlimited
            configuration.maximumConnectionAge = .unlimited
            configuration.phaseTimeouts.waiting = .unlimited
            configuration.healthCheck = HealthCheck(.init(.get, "/status"), timeout: .unlimited)
            try configuration.validate()
            let engine = Engine(configuration: configuration)
            for _ in 0..<3 {
                let status = try await engine.execute(.init(.get, "/status")).status
                #expect(status == 200)
            }
            try await engine.reconfigure(configuration)
            let status = try await engine.stream(.init(.get, "/status")).status
            #expect(status == 200)
            await engine.close(finishingWithin: .unlimited)
        }
    }

    @Test func aConfigurationWithoutTimeIsRefused() async throws {
        for timeout in [Duration.zero, .seconds(-1)] {
            let configuration = EngineConfiguration(socketPath: server.path, timeout: timeout)
            let invalid = #expect(throws: EngineError.self) { try configuration.validate() }
            #expect(invalid?.message.contains("timeout must be") == true)
            #expect(invalid?.message.contains(".unlimited") == true)
            await EngineCore.withEngine(configuration: configuration) { engine in
                let error = await failure(of: .init(.get, "/"), engine)
                #expect(error?.code == .unexpected)
                #expect((error?.underlying as? InvalidSetting)?.name == "timeout")
                #expect(error?.delivery == .neverSent)
            }
        }
    }
}
