internal import ArgumentParser
internal import EngineCore
internal import Foundation

/// A process with clients that work until they are told to stop.
///
/// Standard input says `go`, `census` and `finish`; each of the last two is answered by a line with
/// a census in JSON, after all that was under way has ended.
struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client", abstract: "Run clients that do mixed work.", shouldDisplay: false)

    @Option var index: Int
    @Option var seed: UInt64
    @Option var directory: String
    @Option var workers: Int
    @Option(help: "NAME=PATH") var endpoint: [String]

    func run() async throws {
        // As in any program; the library sees to its own threads.
        signal(SIGPIPE, SIG_DFL)
        let process = try ClientProcess(
            index: index, seed: seed, directory: directory, workers: workers,
            endpoints: try endpoint.map { text in
                let parts = text.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { throw ValidationError("no endpoint: \(text)") }
                return EndpointAddress(name: String(parts[0]), path: String(parts[1]))
            })
        try await process.start()
        say("ready")
        for await line in LineReader(.standardInput, endsProcess: true).lines {
            switch line {
            case "go": await process.go()
            case "census": try report(await process.census())
            case "finish": return try report(await process.finish())
            default: throw ValidationError("no such command: \(line)")
            }
        }
    }

    private func report(_ census: Census) throws {
        say(String(decoding: try JSONEncoder().encode(census), as: UTF8.self))
    }

    private func say(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
    }
}
