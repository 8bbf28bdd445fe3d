import EngineCore
import EngineRuntime
import TestSupport
import Testing

/// Bodies on their way: at whose pace, until when, and whether again.
@Suite(.accountsForResources) struct UploadTests {
    private let server = HandPlayedServer()

    @Test func theProducerGoesAtTheEnginesPace() async throws {
        let chunks = Chunks(count: 512, size: 65_536)
        try await server.run { listener, engine in
            async let response = engine.execute(
                EngineRequest(.put, "/", body: .stream(chunks, length: 32 << 20)))
            let peer = try await listener.accept(isReading: false)
            for _ in 0..<2_000 { _ = await engine.statistics }
            // What fits into the socket, and the chunk that waits for room.
            #expect(chunks.taken.withLock { $0 } < 32)
            try await peer.startReading()
            var received = 0
            while received < 32 << 20, let bytes = try await peer.read() { received += bytes.count }
            try await peer.write(server.ok)
            let status = try await response.status
            #expect(status == 200)
            #expect(chunks.taken.withLock { $0 } == 512)
            await peer.close()
        }
    }

    @Test func anEngineThatStopsReading() async throws {
        try await server.run { listener, engine in
            let chunks = Chunks(count: 512, size: 65_536)
            var request = EngineRequest(.put, "/", body: .stream(chunks))
            request.timeout = .milliseconds(50)
            async let failed = streamFailure(of: request, engine)
            let peer = try await listener.accept(isReading: false)
            let error = await failed
            #expect(error?.code == .timeout)
            #expect(error?.message == "the timeout of 50 ms passed while writing the request")
            #expect(error?.delivery == .unknown)
            await peer.close()
        }
    }

    @Test func aProducerMayTakeItsTime() async throws {
        try await server.run { listener, engine in
            let (chunks, input) = AsyncStream.makeStream(of: [UInt8].self)
            var request = EngineRequest(.put, "/", body: .stream(chunks))
            request.timeout = .milliseconds(50)
            async let streamed = engine.stream(request)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            // Another request's deadline, set later, passes first.
            var other = EngineRequest(.get, "/")
            other.timeout = .milliseconds(200)
            let error = await failure(of: other, engine)
            #expect(error?.code == .timeout)
            input.finish()
            _ = try await peer.read(until: "0\r\n\r\n")
            try await peer.write(server.ok)
            let status = try await streamed.status
            #expect(status == 200)
            await peer.close()
        }
    }

    @Test func aRefusalThatStalls() async throws {
        try await server.run { listener, engine in
            let (chunks, input) = AsyncStream.makeStream(of: [UInt8].self)
            var request = EngineRequest(.put, "/", body: .stream(chunks))
            request.stallTimeout = .milliseconds(50)
            async let streamed = engine.stream(request)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 500 Oh\r\nContent-Length: 10\r\n\r\nabc")
            let body = try await streamed.body
            let error = await #expect(throws: EngineError.self) { try await body.collect(upTo: 9) }
            #expect(error?.code == .timeout)
            #expect(
                error?.message
                    == "the stallTimeout of 50 ms passed while receiving the response")
            input.finish()
            await peer.close()
        }
    }

    @Test func anEarlyRefusalStopsTheProducer() async throws {
        let chunks = Chunks(count: 512, size: 65_536)
        try await server.run { listener, engine in
            async let response = engine.execute(
                EngineRequest(.put, "/", body: .stream(chunks)))
            let peer = try await listener.accept()
            _ = try await peer.read()
            await peer.stopReading()
            try await peer.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
            let status = try await response.status
            #expect(status == 413)
            #expect(chunks.taken.withLock { $0 } < 64)
            #expect(await engine.statistics.idleConnections == 0)
            await peer.close()
        }
    }

    @Test func bothWaysAtOnce() async throws {
        try await server.run { listener, engine in
            let (chunks, input) = AsyncStream.makeStream(of: [UInt8].self)
            async let streamed = engine.stream(EngineRequest(.post, "/", body: .stream(chunks)))
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            try await peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let response = try await streamed
            var output = response.body.makeAsyncIterator()
            for text in ["one", "two", "six"] {
                input.yield(Array(text.utf8))
                _ = try await peer.read(until: text)
                try await peer.write("3\r\n\(text)\r\n")
                let chunk = try await output.next()
                #expect(chunk == Array(text.utf8))
            }
            input.finish()
            _ = try await peer.read(until: "0\r\n\r\n")
            try await peer.write("0\r\n\r\n")
            let end = try await output.next()
            #expect(end == nil)
            #expect(await engine.statistics.idleConnections == 1)
            await peer.close()
        }
    }

    @Test func anEndedRequestCancelsItsProducer() async throws {
        try await server.run { listener, engine in
            let (chunks, input) = AsyncStream.makeStream(of: [UInt8].self)
            let (ended, hasEnded) = AsyncStream.makeStream(of: Void.self)
            input.onTermination = { _ in hasEnded.finish() }
            let request = EngineRequest(.post, "/", body: .stream(chunks))
            let caller = Task { try await engine.execute(request) }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            caller.cancel()
            let error = await #expect(throws: EngineError.self) { try await caller.value }
            #expect(error?.code == .cancelled)
            for await _ in ended {}
            await peer.close()
        }
    }

    @Test(arguments: [0, 3]) func aProducerWhoseEndCancelsItsCaller(retries: Int) async throws {
        try await server.run(retries: retries) { listener, engine in
            let (chunks, input) = AsyncStream.makeStream(of: [UInt8].self)
            var request = EngineRequest(
                .put, "/", body: .stream(chunks, isRepeatable: true))
            request.timeout = .seconds(60)
            let caller = Task { [request] in try await engine.execute(request) }
            input.onTermination = { _ in caller.cancel() }
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            await peer.close()
            let error = await #expect(throws: EngineError.self) { try await caller.value }
            // Its head had gone out, whoever was faster.
            #expect(error?.delivery == .unknown)
        }
    }

    @Test func aPartThatIsNotReadSaysNothingOfTheFirstOne() async throws {
        try await server.run(retries: 3) { listener, engine in
            let (chunks, input) = AsyncStream.makeStream(of: [UInt8].self)
            let request = EngineRequest(
                .post, "/", body: .stream(chunks, length: 4, isRepeatable: true))
            async let failed = failure(of: request, engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "\r\n\r\n")
            await peer.stopReading()
            input.yield(Array("abcd".utf8))
            // On its way, and never read: the close resets the connection.
            while await peer.hasBytesToRead == false { _ = await engine.statistics }
            await peer.close()
            let error = await failed
            #expect(error?.underlying as? LibUVError == .connectionReset)
            #expect(error?.delivery == .unknown)
            #expect(error?.attempts.isEmpty == true)
        }
    }

    @Test func aSequenceThatGivesAllAndDoesNotEnd() async throws {
        try await server.run { listener, engine in
            let (chunks, input) = AsyncStream.makeStream(of: [UInt8].self)
            let request = EngineRequest(.put, "/", body: .stream(chunks, length: 4))
            input.yield(Array("abcd".utf8))
            async let response = engine.execute(request)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "abcd")
            try await peer.write(server.ok)
            let status = try await response.status
            #expect(status == 200)
            #expect(await engine.statistics.idleConnections == 1)
            // And with an engine that does not answer, the deadline holds.
            let (others, other) = AsyncStream.makeStream(of: [UInt8].self)
            let unanswered = EngineRequest(
                .put, "/", body: .stream(others, length: 4), timeout: .milliseconds(50))
            other.yield(Array("efgh".utf8))
            let error = await streamFailure(of: unanswered, engine)
            #expect(error?.code == .timeout)
            await peer.close()
        }
    }

    @Test func aSlowReaderIsNoStall() async throws {
        let body = [UInt8](repeating: 7, count: 16 << 20)
        try await server.run { listener, engine in
            var request = EngineRequest(.put, "/", body: .bytes(body))
            request.timeout = .seconds(3)
            async let streamed = engine.stream(request)
            let peer = try await listener.accept(isReading: false)
            var received = 0
            let clock = ContinuousClock()
            let start = clock.now
            while received < body.count {
                // At a pace at which the whole takes longer than the deadline.
                let isDue = (clock.now - start) * body.count > .milliseconds(4_500) * received
                guard isDue else { continue }
                try await peer.startReading()
                received += try await peer.read()?.count ?? 0
                await peer.stopReading()
                received += await peer.takeReceived().count
            }
            try await peer.write(server.ok)
            let status = try await streamed.status
            #expect(status == 200)
            await peer.close()
        }
    }

    @Test func aRepeatableBodyIsSentAgainFromItsStart() async throws {
        try await server.run(retries: 3) { listener, engine in
            let body = RequestBody.stream(Chunks(["ab", "cd"]), length: 4, isRepeatable: true)
            async let response = engine.execute(EngineRequest(.put, "/", body: body))
            let first = try await listener.accept()
            _ = try await first.read(until: "cd")
            await first.close()
            let second = try await listener.accept()
            let sent = try await second.read(until: "cd")
            #expect(sent.hasSuffix("\r\n\r\nabcd"))
            try await second.write(server.ok)
            let status = try await response.status
            #expect(status == 200)
            await second.close()
        }
    }

    @Test func aBodyThatIsGoneIsNotSentAgain() async throws {
        try await server.run(retries: 3) { listener, engine in
            let body = RequestBody.stream(Chunks(["ab", "cd"]), length: 4)
            async let failed = failure(of: EngineRequest(.put, "/", body: body), engine)
            let peer = try await listener.accept()
            _ = try await peer.read(until: "cd")
            await peer.close()
            let error = await failed
            #expect(error?.code == .http)
            #expect(error?.delivery == .consumed)
            #expect(error?.attempts.isEmpty == true)
        }
    }
}
