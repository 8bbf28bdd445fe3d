internal import EngineCore

extension EngineModule {
    /// Sends JSON and reads from the reply only that the engine did what was asked.
    func perform(
        _ path: String, _ body: some Encodable, method: HTTPMethod = .post,
        repeatability: EngineRequest.Repeatability
    ) async throws(EngineError) {
        let _: EngineAcknowledgement = try await send(
            path, body, method: method, repeatability: repeatability)
    }
}
