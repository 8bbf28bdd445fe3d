import EngineCore
import Foundation
import TestSupport
import Testing

/// A hundred megabytes each way.
@Suite(.accountsForResources, .needs(.nginx), .timeLimit(.minutes(5))) struct LargeBodyTests {
    private static let size = 100_000_000

    // With a length, and in chunks.
    @Test(arguments: ["/", "/trailers/"]) func receives(location: String) async throws {
        let body = [UInt8].pattern(Self.size)
        try await withServer(.nginx) { server in
            try Data(body).write(to: URL(fileURLWithPath: server.path(of: "www/large")))
            try await withClient(of: server) {
                $0.limits.bodySize = Self.size
            } _: { engine in
                let request = EngineRequest(.get, location + "large")
                try await Exchange(request, body: body).run(with: engine)
                #expect(await engine.statistics.retries.isEmpty)
            }
        }
    }

    @Test func sends() async throws {
        let body = [UInt8].pattern(Self.size)
        try await withServer(.nginx) { server in
            try await withClient(of: server) { engine in
                let request = EngineRequest(.put, "/stored/large", bytes: body)
                try await Exchange(request) { $0.status == 201 }.run(with: engine)
                #expect(await engine.statistics.retries.isEmpty)
            }
            let stored = FileManager.default.contents(atPath: server.path(of: "stored/large"))
            #expect(stored.map { $0 == Data(body) } == true)
        }
    }
}
