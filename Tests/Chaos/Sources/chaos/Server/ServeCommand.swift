internal import ArgumentParser
internal import EngineTesting
internal import Foundation

/// An engine that writes down what it runs: a process of its own, to be killed.
///
/// It listens until its standard input ends or says `stop`; `faults` and the faults after it say
/// which answers go wrong.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run an engine that writes down what it runs.",
        shouldDisplay: false)

    @Option var socket: String
    @Option var log: String
    @Option var workers: Int?
    @Option var seed: UInt64

    func run() async throws {
        let server = ChaosServer(
            log: try AppendingFile(log), generator: SeededGenerator(seed: seed, "faults"))
        var configuration = EmbeddedEngine.Configuration()
        configuration.socketPath = socket
        configuration.workers = workers
        configuration.recordsRequests = false
        let engine = try await EmbeddedEngine.start(configuration, handler: server.answer)
        try FileHandle.standardOutput.write(contentsOf: Data("listening\n".utf8))
        for await line in LineReader(.standardInput).lines {
            let words = line.split(separator: " ")
            switch words.first {
            case "stop": return await engine.stop()
            case "faults": server.setFaults(words.dropFirst().compactMap { AnswerFault($0) })
            default: throw ValidationError("no such command: \(line)")
            }
        }
        await engine.stop()
    }
}
