internal import Configuration
public import ServiceLifecycle
internal import UnixSignals

extension EngineConfigurationReloader: Service {
    /// Looks whenever there is a reason to, until a graceful shutdown or a cancellation.
    ///
    /// `SIGHUP` is caught from here on.
    public nonisolated func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.followProviders() }
                group.addTask { await self.followInterval() }
                group.addTask { for await _ in signals { await self.look() } }
            }
        }
    }

    private nonisolated func followProviders() async {
        // Fails when it is cancelled.
        try? await reader.watchSnapshot { updates in
            for try await _ in updates { await look(readingSources: false) }
        }
    }

    private nonisolated func followInterval() async {
        await look()
        guard let interval else { return }
        while (try? await Task.sleep(for: interval)) != nil { await look() }
    }
}
