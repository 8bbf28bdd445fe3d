/// Runs an operation with a client that is closed when the operation ends, however it ends.
///
/// - Parameters:
///   - configuration: How the client talks to its engine.
///   - loop: A loop of the caller's own instead of the shared one.
///   - operation: What to do with the client.
/// - Throws: What the operation throws.
public func withEngine<Success, Failure: Error>(
    configuration: EngineConfiguration = .init(), loop: EngineLoop = .shared,
    _ operation: (Engine) async throws(Failure) -> Success
) async throws(Failure) -> Success {
    let engine = Engine(configuration: configuration, loop: loop)
    let result: Result<Success, Failure>
    do throws(Failure) {
        result = .success(try await operation(engine))
    } catch {
        result = .failure(error)
    }
    await engine.close()
    return try result.get()
}
