internal import ArgumentParser
internal import Foundation

/// Somebody else on an engine's path, who is no engine. Ends with its standard input.
struct SquatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "squat", abstract: "Sit on a path without being an engine.",
        shouldDisplay: false)

    @Option var socket: String
    @Option var manner: Squatter.Manner
    @Option var seed: UInt64

    func run() async throws {
        let squatter = Squatter(manner, seed: seed)
        let listener = try UnixSocket.listen(on: socket, backlog: squatter.backlog)
        try FileHandle.standardOutput.write(contentsOf: Data("listening\n".utf8))
        Thread.detachNewThread { squatter.serve(listener) }
        for await _ in LineReader(.standardInput).lines {}
    }
}
