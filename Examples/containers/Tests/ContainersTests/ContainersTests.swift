import EngineCore
import EngineTesting
import Synchronization
import Testing

@testable import containers

/// The module beside a server that answers as podman 4.3.1 does.
@Suite struct ContainersTests {
    private func withModule(
        answering response: EmbeddedResponse,
        _ operation: (ContainersModule, EmbeddedEngine) async throws -> Void
    ) async throws {
        try await withEmbeddedEngine { _ in
            response
        } _: { server in
            try await withEngine(configuration: .init(socketPath: server.socketPath)) { engine in
                try await operation(engine.module(ContainersModule.self), server)
            }
        }
    }

    @Test func version() async throws {
        let reply = #"{"Platform":{"Name":"linux"},"Version":"4.3.1","ApiVersion":"1.41"}"#
        try await withModule(answering: .json(reply)) { daemon, server in
            let version = try await daemon.version()
            #expect(version.version == "4.3.1")
            #expect(version.apiVersion == "1.41")
            let paths = await server.executedRequests().map(\.path)
            #expect(paths == ["/version"])
        }
    }

    @Test func containers() async throws {
        let reply = """
            [{"Id":"3c0f","Names":["/web"],"Image":"docker.io/library/nginx:latest","Command":"nginx",
            "Created":1671023712,"Ports":[],"Labels":{},"State":"running","Status":"Up 2 hours"}]
            """
        try await withModule(answering: .json(reply)) { daemon, server in
            let containers = try await daemon.containers(includingStopped: true)
            #expect(containers.map(\.names) == [["/web"]])
            #expect(containers.map(\.state) == ["running"])
            let paths = await server.executedRequests().map(\.path)
            #expect(paths == ["/containers/json?all=true"])
        }
    }

    @Test func images() async throws {
        let reply = """
            [{"Id":"sha256:1f","ParentId":"","RepoTags":["localhost/a:latest"],"Size":1024},
            {"Id":"sha256:2e","ParentId":"","RepoTags":null,"Size":7}]
            """
        try await withModule(answering: .json(reply)) { daemon, _ in
            let images = try await daemon.images()
            #expect(images.map(\.tags) == [["localhost/a:latest"], nil])
            #expect(images.map(\.size) == [1_024, 7])
        }
    }

    @Test func refusal() async throws {
        let reply = #"{"cause":"no such image","message":"no such image: none","response":404}"#
        try await withModule(answering: .json(reply, status: 404)) { daemon, _ in
            let listing = await #expect(throws: EngineError.self) { try await daemon.images() }
            let pull = await #expect(throws: EngineError.self) {
                try await daemon.pull("none") { _ in }
            }
            for error in [listing, pull] {
                #expect(error?.code == .http)
                #expect(error?.httpStatus == 404)
                #expect(error?.engineMessage == "no such image: none")
            }
        }
    }

    /// Half a megabyte of progress, so that lines end in the middle of chunks.
    @Test func pull() async throws {
        let lines = (0..<10_000).map {
            #"{"id":"layer\#($0)","status":"Downloading, step \#($0)"}"#
        }
        let body = Array((lines.joined(separator: "\n") + "\n").utf8)
        try await withModule(answering: .init(body: body)) { daemon, server in
            let progress = Mutex<[PullProgress]>([])
            try await daemon.pull("quay.io/a/b+c:1") { step in progress.withLock { $0.append(step) }
            }
            let identifiers = progress.withLock { $0.map(\.id) }
            #expect(identifiers == (0..<10_000).map { "layer\($0)" })
            let paths = await server.executedRequests().map(\.path)
            #expect(paths == ["/images/create?fromImage=quay%2Eio%2Fa%2Fb%2Bc%3A1"])
        }
    }

    @Test(arguments: ["\n", "\r\n", ""]) func pullThatIsGivenUp(lastLineEnd: String) async throws {
        let body = """
            {"id":"1f","status":"Downloading"}
            {"progressDetail":{},"errorDetail":{"message":"no space left"},"error":"no space left"}
            """ + lastLineEnd
        try await withModule(answering: .init(body: Array(body.utf8))) { daemon, _ in
            let progress = Mutex<[PullProgress]>([])
            let error = await #expect(throws: EngineError.self) {
                try await daemon.pull("a") { step in progress.withLock { $0.append(step) } }
            }
            #expect(error?.engineMessage == "no space left")
            #expect(progress.withLock { $0.map(\.status) } == ["Downloading"])
        }
    }

    @Test func pullWhoseStreamEndsEarly() async throws {
        let lines = String(repeating: #"{"status":"Downloading"}"# + "\n", count: 100)
        let response = EmbeddedResponse(body: Array(lines.utf8), fault: .truncate(at: 1_000))
        try await withModule(answering: response) { daemon, _ in
            let steps = Mutex(0)
            let error = await #expect(throws: EngineError.self) {
                try await daemon.pull("a") { _ in steps.withLock { $0 += 1 } }
            }
            #expect(error?.code == .http)
            #expect(error?.delivery == .unknown)
            #expect((20..<40).contains(steps.withLock { $0 }))
        }
    }

    @Test func streamThatIsNoJSON() async throws {
        try await withModule(answering: .init(body: Array("hello\n".utf8))) { daemon, _ in
            let error = await #expect(throws: EngineError.self) {
                try await daemon.pull("a") { _ in }
            }
            #expect(error?.code == .invalidJSON)
        }
    }
}
