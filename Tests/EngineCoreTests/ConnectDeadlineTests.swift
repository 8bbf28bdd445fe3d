import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// A deadline that passes while an engine can't be connected to ends in the connect error.
@Suite(.accountsForResources) struct ConnectDeadlineTests {
    private let path = EmbeddedEngine.newSocketPath()

    /// Why nobody can connect.
    enum Absence: CaseIterable {
        case noFile
        case nobodyListens
        case noPermission

        var error: LibUVError {
            switch self {
            case .noFile: .noSuchFile
            case .nobodyListens: .connectionRefused
            case .noPermission: .permissionDenied
            }
        }

        var message: String {
            switch self {
            case .noFile: "the engine's socket does not exist"
            case .nobodyListens: "nothing listens on the engine's socket"
            case .noPermission: "no permission to use the engine's socket"
            }
        }
    }

    /// The errors of requests in a row.
    private func errors(
        of count: Int, _ engine: Engine, timeout: Duration
    ) async -> [EngineError] {
        var errors: [EngineError] = []
        for _ in 0..<count {
            let request = EngineRequest(.get, "/", timeout: timeout)
            if let error = await failure(of: request, engine) { errors.append(error) }
        }
        return errors
    }

    private func expectConnectErrors(
        _ errors: [EngineError], _ count: Int, _ absence: Absence, _ limit: String, path: String
    ) {
        #expect(errors.count == count)
        for error in errors {
            #expect(error.code == .connection)
            #expect(error.delivery == .neverSent)
            #expect(error.underlying as? LibUVError == absence.error)
            #expect(error.message == "\(absence.message); \(limit) passed while connecting")
            #expect(error.detail.contains(path))
            #expect(error.detail.contains(absence.error.name))
            #expect(error.attempts.allSatisfy { $0.failure as? LibUVError == absence.error })
        }
    }

    /// Runs an operation beside a socket that nobody can connect to.
    private func with(
        _ absence: Absence, _ operation: (EngineLoop) async throws -> Void
    ) async throws {
        let loop = EngineLoop()
        switch absence {
        case .noFile: try await operation(loop)
        case .nobodyListens:
            try #require(FileManager.default.createFile(atPath: path, contents: nil))
            try await operation(loop)
            try FileManager.default.removeItem(atPath: path)
        case .noPermission:
            try await withRawListener(on: path) { _ in
                try await loop.run { try becomeNobodyForFiles() }
                unsafe chmod(path, 0)
                try await operation(loop)
            }
        }
        await loop.shutdown()
    }

    @Test(arguments: Absence.allCases)
    func requestsInARowEndAlike(absence: Absence) async throws {
        try await with(absence) { loop in
            // Waits between the tries that are shorter than the deadline, and ones that are longer.
            var configuration = EngineConfiguration(socketPath: path, retries: 1_000)
            configuration.backoff = Backoff(base: .milliseconds(8), maximum: .milliseconds(500))
            await withEngine(configuration: configuration, loop: loop) { engine in
                let errors = await errors(of: 24, engine, timeout: .milliseconds(50))
                expectConnectErrors(errors, 24, absence, "the timeout of 50 ms", path: path)
                #expect(errors.first?.attempts.isEmpty == false)
            }
        }
    }

    @Test func theLimitOfThePhaseCountsToo() async throws {
        var configuration = EngineConfiguration(socketPath: path, retries: 1_000)
        configuration.backoff = Backoff(base: .milliseconds(8), maximum: .milliseconds(500))
        configuration.phaseTimeouts.connecting = .milliseconds(50)
        await withEngine(configuration: configuration) { engine in
            let errors = await errors(of: 8, engine, timeout: .seconds(60))
            expectConnectErrors(
                errors, 8, .noFile, "the phaseTimeouts.connecting limit of 50 ms", path: path)
        }
    }

    @Test func streamedOnesToo() async throws {
        var configuration = EngineConfiguration(socketPath: path, timeout: .milliseconds(50))
        configuration.backoff = Backoff(base: .seconds(60), maximum: .seconds(60))
        await withEngine(configuration: configuration) { engine in
            var errors: [EngineError] = []
            for _ in 0..<4 {
                if let error = await streamFailure(of: .init(.get, "/"), engine) {
                    errors.append(error)
                }
                let error = await #expect(throws: EngineError.self) { try await engine.connect() }
                if let error { errors.append(error) }
            }
            expectConnectErrors(errors, 8, .noFile, "the timeout of 50 ms", path: path)
        }
    }

    @Test(arguments: LoadBalancing.allCases)
    func severalEngines(balancing: LoadBalancing) async throws {
        let paths = (0..<3).map { _ in EmbeddedEngine.newSocketPath() }
        var configuration = EngineConfiguration(socketPaths: paths, retries: 1_000)
        configuration.balancing = balancing
        configuration.backoff = Backoff(base: .milliseconds(8), maximum: .milliseconds(500))
        await withEngine(configuration: configuration) { engine in
            let errors = await errors(of: 12, engine, timeout: .milliseconds(50))
            expectConnectErrors(errors, 12, .noFile, "the timeout of 50 ms", path: "/")
            #expect(errors.allSatisfy { error in paths.contains { error.detail.contains($0) } })
        }
    }

    @Test func aSocketThatGoesWhileItsConnectionIsBusy() async throws {
        try await withRawListener(on: path) { listener in
            var configuration = EngineConfiguration(socketPath: path, retries: 1_000)
            configuration.backoff = Backoff(base: .milliseconds(8), maximum: .milliseconds(8))
            try await withEngine(configuration: configuration) { engine in
                async let first = engine.execute(.init(.get, "/first"))
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                try FileManager.default.removeItem(atPath: path)
                let error = await failure(
                    of: .init(.get, "/", timeout: .milliseconds(50)), engine)
                #expect(error?.code == .connection)
                #expect(error?.underlying as? LibUVError == .noSuchFile)
                #expect(
                    error?.message
                        == "the engine's socket does not exist; "
                        + "the timeout of 50 ms passed while waiting for a connection")
                try await peer.write("HTTP/1.1 204 No Content\r\n\r\n")
                let status = try await first.status
                #expect(status == 204)
                await peer.close()
            }
        }
    }

    @Test func withoutAFailedConnectItIsATimeout() async throws {
        try await withRawListener(on: path) { listener in
            var configuration = EngineConfiguration(socketPath: path, retries: 5)
            configuration.backoff = Backoff(base: .seconds(60), maximum: .seconds(60))
            try await withEngine(configuration: configuration) { engine in
                async let failed = failure(
                    of: .init(.get, "/", timeout: .milliseconds(200)), engine)
                let peer = try await listener.accept()
                _ = try await peer.read(until: "\r\n\r\n")
                // It waits to connect again.
                await peer.close()
                let error = await failed
                #expect(error?.code == .timeout)
                #expect(error?.message == "the timeout of 200 ms passed while connecting")
                #expect(error?.attempts.count == 1)
            }
        }
    }

    @Test func anEngineThatIsBackAndSilentIsATimeout() async throws {
        var configuration = EngineConfiguration(socketPath: path, retries: 1_000)
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
        try await withEngine(configuration: configuration) { engine in
            let absent = await errors(of: 2, engine, timeout: .milliseconds(50))
            expectConnectErrors(absent, 2, .noFile, "the timeout of 50 ms", path: path)
            try await withRawListener(on: path) { _ in
                let silent = await failure(
                    of: .init(.get, "/", timeout: .milliseconds(200)), engine)
                #expect(silent?.code == .timeout)
                #expect(
                    silent?.message == "the timeout of 200 ms passed while waiting for the response"
                )
                #expect(silent?.delivery == .notRead)
            }
        }
    }
}

/// Takes root's rights over files from the calling thread, and from no other.
private func becomeNobodyForFiles() throws {
    guard geteuid() == 0 else { return }
    typealias SetUser = @convention(c) (UInt32) -> Int32
    guard let symbol = unsafe dlsym(nil, "setfsuid") else { throw LibUVError.notSupported }
    let setUser = unsafe unsafeBitCast(symbol, to: SetUser.self)
    _ = setUser(65_534)
}
