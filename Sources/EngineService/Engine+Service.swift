public import EngineCore
public import ServiceLifecycle

extension Engine: Service {
    /// Keeps the client until a graceful shutdown or a cancellation, then closes it.
    public func run() async throws {
        try? await gracefulShutdown()
        await close()
    }
}
