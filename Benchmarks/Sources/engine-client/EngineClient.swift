import ArgumentParser
import EngineCore
import Foundation
import LoadClient

/// Ours, under the load that the command line describes.
@main
struct EngineClient: AsyncParsableCommand {
    static let configuration = CommandConfiguration(version: version)

    enum Place: String, ExpressibleByArgument {
        case loop
        case task
    }

    @OptionGroup var options: LoadOptions
    @Option(help: "Where the callers run: on the client's loop or on the process's threads.")
    var from = Place.loop
    @Option(help: "Microseconds that the loop polls for before it sleeps.")
    var busyPoll = 0
    @Flag(help: "Keep connections, so that what is counted does not depend on time.")
    var keepConnections = false

    func run() async throws {
        let load = Load(options)
        let eventLoop = try makeLoop()
        try await withEngine(configuration: engineConfiguration, loop: eventLoop) { engine in
            let requests = EngineRequests(engine, options)
            switch from {
            case .loop:
                try await engine.runOnLoop { try await load.run { try await requests.send($0) } }
            case .task:
                try await load.run { try await requests.send($0) }
            }
        }
        load.write()
    }

    private func makeLoop() throws -> EngineLoop {
        guard busyPoll > 0 else { return .shared }
        var configuration = EngineLoop.Configuration()
        configuration.busyPoll = .microseconds(busyPoll)
        return EngineLoop(configuration: configuration)
    }

    private var engineConfiguration: EngineConfiguration {
        var configuration = EngineConfiguration(socketPath: options.socket)
        // A queue of thousands, or a core that is busy with something else, is no failure here.
        configuration.timeout = .seconds(60)
        configuration.stallTimeout = .seconds(60)
        if options.connections > 0 { configuration.maximumConnections = options.connections }
        if keepConnections || options.work == .hold {
            configuration.maximumConnectionAge = .seconds(3_600)
            configuration.idleTimeout = .seconds(3_600)
        }
        return configuration
    }

    private static var version: String {
        ProcessInfo.processInfo.environment["ENGINE_CLIENT_VERSION"] ?? "working copy"
    }
}
