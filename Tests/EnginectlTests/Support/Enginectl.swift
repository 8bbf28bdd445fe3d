import Foundation
import TestSupport

/// The built command line tool.
enum Enginectl {
    /// What a run left behind.
    struct Outcome: Hashable {
        let exit: ChildProcess.Exit
        let output: String
        let error: String

        static func success(_ output: String) -> Outcome {
            Outcome(exit: .status(0), output: output, error: "")
        }

        static func failure(_ error: String, output: String = "") -> Outcome {
            Outcome(exit: .status(1), output: output, error: error)
        }
    }

    /// Beside the test bundle, which is itself the running executable.
    static let path = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("enginectl").path

    /// Runs the tool to its end.
    static func run(_ arguments: String..., input: String = "") async throws -> Outcome {
        try await run(arguments, input: input)
    }

    /// Runs the tool to its end, beside an operation on its process.
    static func run(
        executable: String = path, _ arguments: [String], input: String = "",
        during operation: (ChildProcess) async -> Void = { _ in }
    ) async throws -> Outcome {
        try await withTemporaryDirectory { directory in
            let names = ["input", "output", "error"].map { directory + "/" + $0 }
            try Data(input.utf8).write(to: URL(fileURLWithPath: names[0]))
            let files = try names.map { try openFile($0) }
            defer { for file in files { close(file) } }
            let child = try ChildProcess(
                executable, arguments, input: files[0], output: files[1], error: files[2])
            await operation(child)
            let exit = await child.exit()
            return Outcome(
                exit: exit, output: try String(contentsOfFile: names[1], encoding: .utf8),
                error: try String(contentsOfFile: names[2], encoding: .utf8))
        }
    }

    /// Runs the tool to its end with a given descriptor, or none, as its standard output.
    static func run(_ arguments: [String], output: Int32?) async throws -> Outcome {
        try await withTemporaryDirectory { directory in
            let errorFile = directory + "/error"
            let error = try openFile(errorFile)
            defer { close(error) }
            let child = try ChildProcess(
                path, arguments, input: nil, output: output, error: error)
            let exit = await child.exit()
            return Outcome(
                exit: exit, output: "",
                error: try String(contentsOfFile: errorFile, encoding: .utf8))
        }
    }

    private static func openFile(_ path: String) throws -> Int32 {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ChildProcess.SystemError(number: errno) }
        return file
    }
}
