import EngineCore
import Foundation
import TestSupport
import Testing

/// A hundred megabytes each way.
@Suite(.accountsForResources, .needs(.nginx), .timeLimit(.minutes(20))) struct LargeBodyTests {
    private static let size = 100_000_000

    // With a length, and in chunks.
    @Test(arguments: ["/", "/trailers/"]) func receives(location: String) async throws {
        let body = [UInt8].pattern(Self.size)
        try await withServer(.nginx) { server in
            try Data(body).write(to: URL(fileURLWithPath: server.path(of: "www/large")))
            try await withClient(of: server) { engine in
                let response = try await engine.stream(EngineRequest(.get, location + "large"))
                #expect(response.status == 200)
                let received = try await response.body.collect(upTo: Self.size)
                #expect(received.hasSameBytes(as: body))
                #expect(await engine.statistics.retries.isEmpty)
            }
        }
    }

    @Test func sends() async throws {
        let body = [UInt8].pattern(Self.size)
        try await withServer(.nginx) { server in
            let file = server.path(of: "www/large")
            try Data(body).write(to: URL(fileURLWithPath: file))
            let chunks = AsyncStream { continuation in
                for start in stride(from: 0, to: body.count, by: 1 << 20) {
                    continuation.yield(Array(body[start..<min(start + 1 << 20, body.count)]))
                }
                continuation.finish()
            }
            for sent in [.file(file), .stream(chunks), .bytes(body)] as [RequestBody] {
                try await withClient(of: server) { engine in
                    let request = EngineRequest(.put, "/stored/large", body: sent)
                    let status = try await engine.stream(request).status
                    #expect([201, 204].contains(status))
                    #expect(await engine.statistics.retries.isEmpty)
                }
                let stored = server.path(of: "stored/large")
                #expect(FileManager.default.contents(atPath: stored) == Data(body))
                try FileManager.default.removeItem(atPath: stored)
            }
        }
    }
}
