/// How a client's engines are, now and after each change.
///
/// Iterating begins the checks, where a ``HealthCheck`` is configured; it does not keep the client.
struct HealthChanges: AsyncSequence, Sendable {
    typealias Failure = Never

    weak let engine: Engine?

    func makeAsyncIterator() -> AsyncStream<EngineHealth>.AsyncIterator {
        (engine?.watchHealth() ?? AsyncStream { $0.finish() }).makeAsyncIterator()
    }
}
