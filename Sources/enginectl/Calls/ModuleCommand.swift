internal import ArgumentParser
internal import EngineCore

/// A command that is one call of a typed module, and prints what the call answers.
protocol ModuleQuery: AsyncParsableCommand {
    associatedtype Reply: TextRepresentable

    var connection: ConnectionOptions { get }

    func call(_ engine: Engine) async throws(EngineError) -> Reply
}

extension ModuleQuery {
    func run() async throws {
        try await connection.printReply(of: call)
    }
}

/// A command that is one call of a typed module without an answer beside its success.
protocol ModuleAction: AsyncParsableCommand {
    var connection: ConnectionOptions { get }

    func call(_ engine: Engine) async throws(EngineError)
}

extension ModuleAction {
    func run() async throws {
        try await connection.printSuccess(of: call)
    }
}
