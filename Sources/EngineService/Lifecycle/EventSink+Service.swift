public import EngineModules
public import ServiceLifecycle

extension EventSink: Service {
    /// Keeps the sink until it is told to go.
    ///
    /// A graceful shutdown sends what the sink holds, within its configuration's `shutdownTimeout`;
    /// a cancellation gives it up. In a `ServiceGroup` the sink stands behind its engine, so that it
    /// goes first.
    public func run() async throws {
        do {
            try await gracefulShutdown()
            await close()
        } catch {
            await close(within: .zero)
        }
    }
}
