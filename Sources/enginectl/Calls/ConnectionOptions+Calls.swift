internal import ArgumentParser
internal import EngineCore

extension ConnectionOptions {
    /// Runs a call and prints its reply; a failure is reported and ends the command.
    func printReply<Reply: TextRepresentable>(
        of call: (Engine) async throws(EngineError) -> Reply
    ) async throws(ExitCode) {
        try await withEngine { engine throws(EngineError) in
            try output.print(try await call(engine))
        }
    }

    /// Runs a call and says that it is done; a failure is reported and ends the command.
    func printSuccess(
        of call: (Engine) async throws(EngineError) -> Void
    ) async throws(ExitCode) {
        try await printReply { engine throws(EngineError) in
            try await call(engine)
            return EngineAcknowledgement()
        }
    }
}
