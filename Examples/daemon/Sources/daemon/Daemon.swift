import Configuration
import EngineCore
import EngineService
import Logging
import ServiceLifecycle

/// A daemon that keeps an engine busy until it is told to stop.
///
/// Usage: `daemon --config-file-path FILE [--engine-SETTING VALUE]...`
///
/// What stands in the file, under `engine`, can be changed while it runs. `SIGTERM` ends it: with
/// status 0 when every request that it made was answered.
@main
enum Daemon {
    static func main() async throws {
        let logger = Logger(label: "daemon") { StreamLogHandler.standardError(label: $0) }
        let arguments = CommandLineArgumentsProvider()
        let place = ConfigReader(provider: arguments).scoped(to: "config")
        let reader = ConfigReader(providers: [
            arguments, EnvironmentVariablesProvider(),
            try await ReloadingFileProvider<YAMLSnapshot>(config: place),
        ]).scoped(to: "engine")

        let engine = Engine(configuration: try EngineConfiguration(reading: reader))
        let poller = Poller(engine: engine, callers: 8)
        // The last one is stopped first, and waited for, so that it still has an engine then.
        let group = ServiceGroup(
            services: [
                engine, EngineConfigurationReloader(engine, reading: reader, logger: logger),
                poller,
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
        print(poller.counts)
        if poller.counts.failed > 0 { throw LostRequests() }
    }
}

struct LostRequests: Error {}
