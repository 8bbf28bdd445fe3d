public import EngineCore
public import ServiceLifecycle

extension Engine: Service {
    /// Keeps the client until it is told to go.
    ///
    /// A graceful shutdown closes it within `EngineConfiguration.shutdownTimeout`: new
    /// requests are refused, and those that there are may end. A cancellation closes it at once.
    public func run() async throws {
        // Cancelled is one of the two ways to end, and what closing looks at itself.
        try? await gracefulShutdown()
        await close(finishingWithin: configuration.shutdownTimeout)
    }
}
