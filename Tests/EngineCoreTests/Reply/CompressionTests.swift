import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Responses that were asked for compressed.
@Suite(.accountsForResources) struct CompressionTests {
    /// About 100 KB that compress well, and 100 KB that do not.
    private static let bodies: [[UInt8]] = {
        var generator = SplitMix64(seed: 3)
        let text = (0..<5_000).map { "line \($0 % 97) of the log\n" }.joined()
        return [
            Array(text.utf8),
            (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) },
            [7],
        ]
    }()

    private func withEngine(
        answering body: [UInt8], _ coding: String, limit: Int? = nil,
        _ operation: (Engine) async throws -> Void
    ) async throws {
        try await withEmbeddedEngine { request in
            EmbeddedResponse(
                headers: [
                    "Content-Encoding": coding,
                    "X-Accepted": request.headers["Accept-Encoding"] ?? "-",
                ], body: body)
        } _: { server in
            var configuration = EngineConfiguration(socketPath: server.socketPath)
            configuration.acceptsCompression = true
            if let limit { configuration.limits.bodySize = limit }
            try await EngineCore.withEngine(configuration: configuration, operation)
        }
    }

    /// The decoded body, collected and streamed; they must be the same.
    private func decoded(_ body: [UInt8], _ coding: String) async throws -> [UInt8] {
        var decoded: [UInt8] = []
        try await withEngine(answering: body, coding) { engine in
            let response = try await engine.execute(EngineRequest(.get, "/"))
            #expect(response.headers["X-Accepted"] == "gzip, deflate")
            #expect(response.headers["Content-Encoding"] == nil)
            #expect(response.headers["Content-Length"] == nil)
            decoded = response.body
            let stream = try await engine.stream(EngineRequest(.get, "/"))
            #expect(stream.headers["Content-Encoding"] == nil)
            var streamed: [UInt8] = []
            for try await chunk in stream.body {
                #expect((1...65_536).contains(chunk.count))
                streamed += chunk
            }
            #expect(streamed == decoded)
        }
        return decoded
    }

    @Test(arguments: CompressedForm.allCases) func isDecoded(_ form: CompressedForm) async throws {
        for body in Self.bodies {
            #expect(try await decoded(compress(body, as: form), form.coding) == body)
        }
    }

    @Test(arguments: ["x-gzip", "GZIP", " identity , gzip,"])
    func namesAreReadAsHTTPReadsThem(_ coding: String) async throws {
        #expect(try await decoded(compress([1, 2], as: .gzip), coding) == [1, 2])
    }

    @Test func severalMembersAreOneBody() async throws {
        let parts = [Array("one ".utf8), [], Array("two".utf8)]
        let members = parts.flatMap { compress($0, as: .gzip) }
        #expect(try await decoded(members, "gzip") == Array("one two".utf8))
    }

    @Test func nothingIsNothing() async throws {
        try await withEngine(answering: [], "gzip") { engine in
            #expect(try await engine.execute(EngineRequest(.get, "/")).body.isEmpty)
            let stream = try await engine.stream(EngineRequest(.get, "/"))
            #expect(try await stream.body.collect(upTo: 10).isEmpty)
        }
    }

    private func errors(_ body: [UInt8], _ coding: String) async throws -> [EngineError?] {
        var errors: [EngineError?] = []
        try await withEngine(answering: body, coding) { engine in
            errors.append(await failure(of: EngineRequest(.get, "/"), engine))
            let stream = try await engine.stream(EngineRequest(.get, "/"))
            for _ in 0..<2 {
                errors.append(
                    await #expect(throws: EngineError.self) {
                        for try await _ in stream.body {}
                    })
            }
        }
        return errors
    }

    @Test(arguments: CompressedForm.allCases)
    func aBodyThatIsCutOffIsAnError(_ form: CompressedForm) async throws {
        let whole = compress(Self.bodies[0], as: form)
        for count in [1, 2, 9, whole.count / 2, whole.count - 1] {
            for error in try await errors(Array(whole[..<count]), form.coding) {
                #expect(error?.code == .http)
                #expect(error?.detail.hasSuffix("the data is truncated") == true, "\(count)")
                #expect(error?.response?.status == 200)
            }
        }
    }

    @Test(arguments: CompressedForm.allCases)
    func aBodyThatIsCorruptIsAnError(_ form: CompressedForm) async throws {
        let whole = compress(Self.bodies[0], as: form)
        let wrong = [
            whole + [0], whole + [0x1f, 0x8b, 0xff], Array("{\"status\":\"OK\"}".utf8),
        ]
        for body in wrong {
            for error in try await errors(body, form.coding) {
                #expect(error?.code == .http)
                #expect(error?.message.hasSuffix("can't be decoded from \(form.coding)") == true)
            }
        }
    }

    @Test func aChecksumThatIsWrongIsAnError() async throws {
        for form in [CompressedForm.gzip, .zlib] {
            var body = compress(Self.bodies[0], as: form)
            body[body.count - (form == .gzip ? 8 : 4)] ^= 1
            for error in try await errors(body, form.coding) {
                #expect(error?.detail.hasSuffix("the data is corrupt") == true)
            }
        }
    }

    @Test func aBombIsBounded() async throws {
        let bomb = compress([UInt8](repeating: 0, count: 64 * 1024 * 1024), as: .gzip)
        try #require(bomb.count < 100_000)
        try await withEngine(answering: bomb, "gzip", limit: 1_000_000) { engine in
            let error = await failure(of: EngineRequest(.get, "/"), engine)
            #expect(error?.underlying as? HTTPParseError == .bodyTooLarge(limit: 1_000_000))
            #expect(error?.delivery == .consumed)
            #expect(error?.response?.headers["Content-Encoding"] == "gzip")
            let stream = try await engine.stream(EngineRequest(.get, "/"))
            let streamError = await #expect(throws: EngineError.self) {
                _ = try await stream.body.collect(upTo: 1_000_000)
            }
            #expect(streamError?.underlying as? HTTPParseError == .bodyTooLarge(limit: 1_000_000))
        }
    }

    @Test func theLimitIsThatOfTheDecodedBody() async throws {
        let body = compress(Self.bodies[0], as: .gzip)
        let size = Self.bodies[0].count
        for (limit, isFit) in [(size, true), (size - 1, false)] {
            try await withEngine(answering: body, "gzip", limit: limit) { engine in
                let response = try? await engine.execute(EngineRequest(.get, "/"))
                #expect((response?.body == Self.bodies[0]) == isFit)
            }
        }
    }

    @Test(arguments: ["br", "gzip, gzip", "identity"])
    func otherCodingsStayAsTheyAre(_ coding: String) async throws {
        try await withEngine(answering: [1, 2, 3], coding) { engine in
            let response = try await engine.execute(EngineRequest(.get, "/"))
            #expect(response.body == [1, 2, 3])
            #expect(response.headers["Content-Encoding"] == coding)
            let stream = try await engine.stream(EngineRequest(.get, "/"))
            #expect(stream.headers["Content-Encoding"] == coding)
            #expect(try await stream.body.collect(upTo: 10) == [1, 2, 3])
        }
    }

    @Test func whoDoesNotAskGetsTheBytes() async throws {
        let body = compress([1, 2, 3], as: .gzip)
        try await withEngine(answering: body, "gzip") { engine in
            var plain = EngineRequest(.get, "/")
            plain.acceptsCompression = false
            var range = EngineRequest(.get, "/")
            range.headers["Range"] = "bytes=0-1"
            for request in [plain, range] {
                let response = try await engine.execute(request)
                #expect(response.headers["X-Accepted"] == "-")
                #expect(response.headers["Content-Encoding"] == "gzip")
                #expect(response.body == body)
                #expect(try await engine.stream(request).body.collect(upTo: 100) == body)
            }
            var own = EngineRequest(.get, "/")
            own.headers["Accept-Encoding"] = "gzip;q=0.5"
            let response = try await engine.execute(own)
            #expect(response.headers["X-Accepted"] == "gzip;q=0.5")
            #expect(response.body == [1, 2, 3])
        }
        #expect(EngineConfiguration().acceptsCompression == false)
    }

    @Test func typedCallsReadCompressedReplies() async throws {
        let body = compress(Array(#"{"a":1}"#.utf8), as: .gzip)
        try await withEngine(answering: body, "gzip") { engine in
            let reply: JSONValue = try await engine.send("/")
            #expect(reply == ["a": 1])
        }
        try await withEmbeddedEngine { _ in
            EmbeddedResponse(headers: ["Content-Encoding": "gzip"], body: body)
        } _: { server in
            await EngineCore.withEngine(configuration: .init(socketPath: server.socketPath)) {
                let engine = $0
                let error = await #expect(throws: EngineError.self) {
                    let _: JSONValue = try await engine.send("/")
                }
                #expect(error?.code == .invalidJSON)
                #expect(error?.detail.contains("Content-Encoding: gzip") == true)
            }
        }
    }
}
