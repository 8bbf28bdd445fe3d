import Foundation
import Testing

/// A server to start: it serves on ``socketName`` in the directory that it starts in.
struct ServerProgram: Sendable, CustomTestStringConvertible {
    static let socketName = "server.sock"
    /// Stands for the directory in arguments.
    static let directoryPlaceholder = "@DIRECTORY@"

    /// What tells that the server is up.
    enum Readiness: Sendable {
        /// Its socket takes connections.
        case listens
        /// It prints a line.
        case printsLine
    }

    /// Where it is; nil when it is not installed.
    let executable: String?
    let name: String
    var arguments: [String]
    /// Beside the test process's own variables.
    var environment: [String: String] = [:]
    /// What its directory holds before it starts.
    var files: [String: String] = [:]
    var readiness = Readiness.listens

    var testDescription: String { ([name] + arguments).joined(separator: " ") }

    init(_ name: String, at executable: String?, _ arguments: [String]) {
        self.name = name
        self.executable = executable
        self.arguments = arguments
    }
}

/// Where the servers are that `install.sh` installs.
enum Installation {
    private static let tests = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The scripts and programs that come with the tests.
    static let sources = tests.appendingPathComponent("Servers").path

    /// What was built or downloaded for the tests.
    static let built = tests.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(".build-interop").path

    /// Whether a missing server is a failure.
    static let isRequired = ProcessInfo.processInfo.environment["INTEROP_REQUIRED"] == "1"

    static func program(_ name: String) -> String? {
        existing(
            ["/usr/sbin/", "/usr/local/sbin/", "/usr/bin/", "/usr/local/bin/"].map { $0 + name })
    }

    static func built(_ name: String) -> String? { existing([built + "/" + name]) }

    private static func existing(_ paths: [String]) -> String? {
        paths.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where one of the servers is missing, unless they are required.
    static func needs(_ programs: ServerProgram...) -> Self {
        let missing = programs.filter { $0.executable == nil }.map(\.name)
        return .enabled(
            if: missing.isEmpty || Installation.isRequired,
            "not installed (Tests/InteropTests/install.sh does it): \(missing.joined(separator: ", "))"
        )
    }
}
