import Foundation
import TestSupport

/// The C program `fork-host`, built beside the test bundle.
enum ForkHost {
    private static let path = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("fork-host").path

    /// Runs a scenario up to its last line, which may be that of a daemon that it left behind.
    static func run(_ scenario: String, _ argument: String) async throws -> (
        exit: ChildProcess.Exit, lines: [String]
    ) {
        let pipe = try LinePipe()
        defer { close(pipe.reading) }
        let child: ChildProcess
        do {
            defer { close(pipe.writing) }
            child = try ChildProcess(
                path, [scenario, argument], input: nil, output: pipe.writing,
                error: FileHandle.standardError.fileDescriptor)
        }
        var lines: [String] = []
        while case let line = await pipe.line(), !line.isEmpty {
            lines.append(line.trimmingCharacters(in: .newlines))
        }
        return (await child.exit(), lines)
    }
}
