import EngineCore
import EngineTesting
import Foundation

/// Runs a document's block beside engines at the default socket and at those that it names.
///
/// - Parameter answers: Replies to paths that the engine does not have.
public func withEngines(
    _ sockets: [String], _ answers: [String: String],
    _ body: (Engine) async throws -> Void
) async throws {
    // The shared loop is left to the block, which may be the first to use it.
    let loop = EngineLoop()
    let model = Model(answers)
    var servers: [EmbeddedEngine] = []
    for path in [EngineConfiguration.defaultSocketPath] + sockets {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var configuration = EmbeddedEngine.Configuration()
        configuration.socketPath = path
        servers.append(
            try await EmbeddedEngine.start(configuration, loop: loop) { await model.answer($0) })
    }
    try await withEngine { try await body($0) }
    for server in servers { await server.stop() }
    await loop.shutdown()
}

/// Runs a program that ends at SIGTERM, and sends it that once it handles it.
public func terminating(_ program: () async throws -> Void) async throws {
    let sender = Task.detached {
        while !Task.isCancelled {
            var action = sigaction()
            let isHandled =
                sigaction(SIGTERM, nil, &action) == 0
                && unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) != 0
            if isHandled { kill(getpid(), SIGTERM) }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
    defer { sender.cancel() }
    try await program()
}

private actor Model {
    private var state = EngineState.sample
    private let answers: [String: String]

    init(_ answers: [String: String]) {
        self.answers = answers
    }

    func answer(_ request: EmbeddedRequest) -> EmbeddedResponse {
        if let answer = answers[request.path] { return .json(answer) }
        return state.answer(request, at: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}
