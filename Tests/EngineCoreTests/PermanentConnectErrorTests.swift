import EngineCore
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Connect errors that no wait can mend.
@Suite(.accountsForResources) struct PermanentConnectErrorTests {
    /// A path that can't be a socket's as long as nobody changes files.
    enum Obstacle: CaseIterable {
        case file
        case loopOfLinks
        case datagramSocket

        var error: String {
            switch self {
            case .file: "ENOTDIR"
            case .loopOfLinks: "ELOOP"
            case .datagramSocket: "EPROTOTYPE"
            }
        }

        /// Runs an operation with the path.
        func with(
            in directory: String, _ operation: (String) async throws -> Void
        ) async throws {
            let path = directory + "/s"
            switch self {
            case .file:
                try #require(FileManager.default.createFile(atPath: path, contents: nil))
                try await operation(path + "/engine.sock")
            case .loopOfLinks:
                try FileManager.default.createSymbolicLink(
                    atPath: path, withDestinationPath: path)
                try await operation(path)
            case .datagramSocket:
                let descriptor = try boundSocket(at: path, type: SOCK_DGRAM)
                defer { close(descriptor) }
                try await operation(path)
            }
        }
    }

    // A wait between tries would outlast the deadline.
    private func configuration(_ paths: [String]) -> EngineConfiguration {
        var configuration = EngineConfiguration(socketPaths: paths, timeout: .seconds(20))
        configuration.backoff = Backoff(base: .seconds(3_600), maximum: .seconds(3_600))
        return configuration
    }

    @Test(arguments: Obstacle.allCases)
    func oneTryForEachRequest(obstacle: Obstacle) async throws {
        try await withTemporaryDirectory { directory in
            try await obstacle.with(in: directory) { path in
                await withEngine(configuration: configuration([path])) { engine in
                    for count in 1...3 {
                        let error = await failure(of: .init(.get, "/"), engine)
                        #expect(error?.code == .connection)
                        #expect((error?.underlying as? LibUVError)?.name == obstacle.error)
                        #expect(error?.isTransient == false)
                        #expect(error?.attempts.isEmpty == true)
                        #expect(error?.delivery == .neverSent)
                        #expect(await engine.statistics.connectFailures == count)
                    }
                }
            }
        }
    }

    @Test func callersAtOnceShareOneTry() async throws {
        try await withTemporaryDirectory { directory in
            try await Obstacle.file.with(in: directory) { path in
                await withEngine(configuration: configuration([path])) { engine in
                    let codes = await engineErrors(of: 50, engine).map(\.code)
                    #expect(codes == Array(repeating: .connection, count: 50))
                }
            }
        }
    }

    private func engineErrors(of count: Int, _ engine: Engine) async -> [EngineError] {
        await withTaskGroup(of: EngineError?.self) { group in
            for _ in 0..<count {
                group.addTask { await failure(of: .init(.get, "/"), engine) }
            }
            return await group.reduce(into: []) { errors, error in
                if let error { errors.append(error) }
            }
        }
    }

    @Test(arguments: LoadBalancing.allCases)
    func anotherEngineIsWaitedFor(balancing: LoadBalancing) async throws {
        try await withTemporaryDirectory { directory in
            let wrong = directory + "/no-directory"
            try #require(FileManager.default.createFile(atPath: wrong, contents: nil))
            let other = EmbeddedEngine.newSocketPath()
            var configuration = configuration([wrong + "/engine.sock", other])
            configuration.balancing = balancing
            configuration.retries = 1_000
            configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(20))
            try await withEngine(configuration: configuration) { engine in
                let response = Task { try await engine.execute(.init(.get, "/")) }
                // Both have failed, and one of them may yet come.
                while await engine.statistics.connectFailures < 4 { await Task.yield() }
                var server = EmbeddedEngine.Configuration()
                server.socketPath = other
                let answer: EmbeddedEngine.Handler = { _ in .json("{}") }
                try await withEmbeddedEngine(server, handler: answer) { _ in
                    let status = try await response.value.status
                    #expect(status == 200)
                }
            }
        }
    }

    @Test func aFixedPathIsFoundByTheNextRequest() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/s"
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
            try await withEngine(configuration: configuration([path])) { engine in
                let error = await failure(of: .init(.get, "/"), engine)
                #expect(error?.isTransient == false)
                try FileManager.default.removeItem(atPath: path)
                var server = EmbeddedEngine.Configuration()
                server.socketPath = path
                let answer: EmbeddedEngine.Handler = { _ in .json("{}") }
                try await withEmbeddedEngine(server, handler: answer) { _ in
                    let status = try await engine.execute(.init(.get, "/")).status
                    #expect(status == 200)
                }
            }
        }
    }
}

/// A bound socket that nobody listens on.
func boundSocket(at path: String, type: __socket_type) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(type.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
        unsafe target.copyBytes(from: path.utf8)
    }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            unsafe bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    try #require(result == 0)
    return descriptor
}
