import EngineTesting

extension EmbeddedEngine {
    /// Runs the tool against this engine.
    func enginectl(_ arguments: String..., input: String = "") async throws -> Enginectl.Outcome {
        try await Enginectl.run(arguments + ["--socket", socketPath], input: input)
    }
}

extension Enginectl.Outcome {
    /// What a refusal leaves behind.
    static func refused(_ words: String, status: Int = 400) -> Enginectl.Outcome {
        failure("error: 2803 http: the engine answered with HTTP status \(status)\n\(words)\n")
    }
}
