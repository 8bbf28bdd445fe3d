import EngineCore
import Foundation
import Testing

@testable import containers

private let socket = ProcessInfo.processInfo.environment["CONTAINERS_SOCKET"]

/// The module beside a real daemon, which none of this changes.
@Suite(.enabled(if: socket != nil, "CONTAINERS_SOCKET names no daemon's socket"))
struct DaemonTests {
    private func withDaemon(
        _ operation: (ContainersModule) async throws -> Void
    ) async throws {
        let configuration = EngineConfiguration(
            socketPath: try #require(socket), timeout: .seconds(30))
        try await withEngine(configuration: configuration) { engine in
            try await operation(engine.module(ContainersModule.self))
        }
    }

    @Test func itHasAVersion() async throws {
        try await withDaemon { daemon in
            let version = try await daemon.version()
            #expect(version.version.contains("."))
            #expect(version.apiVersion.hasPrefix("1."))
        }
    }

    @Test func itListsWhatItHas() async throws {
        try await withDaemon { daemon in
            let images = try await daemon.images()
            #expect(images.allSatisfy { !$0.id.isEmpty })
            let running = try await daemon.containers()
            let all = try await daemon.containers(includingStopped: true)
            #expect(Set(running.map(\.id)).isSubset(of: all.map(\.id)))
        }
    }

    @Test func itSaysWhyAPullFails() async throws {
        try await withDaemon { daemon in
            // Nothing listens on port 1.
            let error = await #expect(throws: EngineError.self) {
                try await daemon.pull("localhost:1/none:latest") { _ in }
            }
            #expect(error?.code == .http)
            #expect(error?.engineMessage?.contains("localhost:1") == true)
        }
    }
}
