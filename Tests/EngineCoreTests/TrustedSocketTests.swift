import EngineCore
import EngineRuntime
import EngineTesting
import Foundation
import TestSupport
import Testing

/// Clients that insist on who listens, and on what the socket's file looks like.
@Suite(.accountsForResources) struct TrustedSocketTests {
    private let path = EmbeddedEngine.newSocketPath()
    private let emptyObject: EmbeddedEngine.Handler = { _ in .json("{}") }
    private let request = EngineRequest(.get, "/", headers: ["Authorization": "secret"])

    private func configuration(
        peer: ExpectedPeer? = nil, file: SocketFileRequirement? = nil
    ) -> EngineConfiguration {
        var configuration = EngineConfiguration(socketPath: path, retries: 2)
        configuration.backoff = Backoff(base: .milliseconds(1), maximum: .milliseconds(1))
        configuration.expectedPeer = peer
        configuration.socketFile = file
        return configuration
    }

    private func result(
        _ configuration: EngineConfiguration
    ) async throws -> Result<EngineResponse, EngineError> {
        var server = EmbeddedEngine.Configuration()
        server.socketPath = path
        return try await withEmbeddedEngine(server, handler: emptyObject) { server in
            let result: Result<EngineResponse, EngineError>
            do throws(EngineError) {
                result = .success(
                    try await withEngine(configuration: configuration) {
                        engine throws(EngineError) in
                        try await engine.execute(request)
                    })
            } catch {
                result = .failure(error)
            }
            let executed = await server.executedRequests().count
            #expect(executed == ((try? result.get()) == nil ? 0 : 1))
            return result
        }
    }

    @Test func thePeerThatIsExpected() async throws {
        for peer in [
            ExpectedPeer(), ExpectedPeer(user: .id(geteuid())), ExpectedPeer(groupID: getegid()),
            ExpectedPeer(user: .named(NSUserName()), groupID: getegid()),
        ] {
            let response = try await result(configuration(peer: peer)).get()
            #expect(response.status == 200)
        }
    }

    @Test func anotherPeerGetsNothing() async throws {
        let actual = PeerCredentials(
            processID: Int(getpid()), userID: geteuid(), groupID: getegid())
        for peer in [
            ExpectedPeer(user: .id(geteuid() + 1)), ExpectedPeer(groupID: getegid() + 1),
            ExpectedPeer(user: .id(geteuid()), groupID: getegid() + 1),
        ] {
            try await withRawListener(on: path) { listener in
                await withEngine(configuration: configuration(peer: peer)) { engine in
                    let error = await #expect(throws: EngineError.self) {
                        try await engine.execute(request)
                    }
                    #expect(error?.code == .connection)
                    #expect(error?.delivery == .neverSent)
                    #expect(error?.isTransient == false)
                    #expect(error?.message == "the engine's socket is not trusted")
                    #expect(error?.attempts.count == 2)
                    #expect(
                        error?.underlying as? UntrustedSocket
                            == .peer(actual))
                }
                for _ in 0..<3 {
                    let squatter = try await listener.accept()
                    let bytes = try await squatter.read()
                    #expect(bytes == nil)
                    await squatter.close()
                }
            }
        }
    }

    @Test func aUserThatDoesNotExist() async throws {
        let result = try await result(configuration(peer: .init(user: .named("no such user"))))
        let error = #expect(throws: EngineError.self) { try result.get() }
        #expect(error?.code == .connection)
        #expect(error?.underlying as? UntrustedSocket == .unknownUser)
        #expect(error?.detail.contains("no such user") == true)
    }

    @Test(arguments: [
        (0o660, 0o770, true), (0o600, 0o600, true), (0o666, 0o770, false), (0o660, 0o700, false),
    ])
    func permissions(of file: Int, allowed: UInt32, isAllowed: Bool) async throws {
        var server = EmbeddedEngine.Configuration()
        server.socketPath = path
        try await withEmbeddedEngine(server, handler: emptyObject) { _ in
            try FileManager.default.setAttributes([.posixPermissions: file], ofItemAtPath: path)
            let requirement = SocketFileRequirement(
                ownerID: geteuid(), allowedPermissions: allowed)
            await withEngine(configuration: configuration(file: requirement)) { engine in
                do throws(EngineError) {
                    _ = try await engine.execute(request)
                    #expect(isAllowed)
                } catch {
                    #expect(!isAllowed)
                    #expect(
                        error.underlying as? UntrustedSocket == .permissions(UInt32(file)))
                }
            }
        }
    }

    @Test func anotherOwner() async throws {
        let requirement = SocketFileRequirement(
            ownerID: geteuid() + 1, allowedPermissions: 0o777)
        let result = try await result(configuration(file: requirement))
        let error = #expect(throws: EngineError.self) { try result.get() }
        #expect(error?.underlying as? UntrustedSocket == .owner(geteuid()))
    }

    @Test func aFileThatIsNotThere() async throws {
        await withEngine(configuration: configuration(file: .init())) { engine in
            let error = await #expect(throws: EngineError.self) {
                try await engine.execute(request)
            }
            #expect(error?.underlying as? LibUVError == .noSuchFile)
            #expect(error?.message == "the engine's socket does not exist")
        }
    }
}
