import Foundation
import TestSupport
import Testing

/// `Examples/scale-out/hosts.sh`: a sidecar and three engines, each on a host of its own.
actor Hosts {
    /// Why there are none, or what one of them did not do.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let script = URL(fileURLWithPath: Installation.sources)
        .appendingPathComponent("../../../Examples/scale-out/hosts.sh").standardized.path
    /// Beside the test bundle, which is itself the running executable.
    private static let enginectl = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("enginectl").path

    nonisolated let directory: String

    private let process: ChildProcess
    private let commands: Int32
    private let answers: LinePipe

    private init(in directory: String, serving arguments: [String]) throws {
        let input = try LinePipe()
        let answers = try LinePipe()
        let log = unsafe open(
            directory + "/hosts.errors", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600 as mode_t)
        defer { for file in [log, input.reading, answers.writing] { close(file) } }
        let serving = arguments.isEmpty ? [] : [directory, Self.enginectl] + arguments
        process = try ChildProcess(
            "/bin/bash", [Self.script] + serving, input: input.reading, output: answers.writing,
            error: log)
        self.directory = directory
        self.answers = answers
        commands = input.writing
    }

    nonisolated var socketPath: String { directory + "/engine-api.sock" }

    private func await(_ expected: String) async throws {
        let line = await answers.line()
        if line == expected + "\n" { return }
        throw Failure(description: "\(line)\(log)")
    }

    private var log: String {
        (try? String(contentsOfFile: directory + "/hosts.errors", encoding: .utf8)) ?? ""
    }

    /// Carries out one of the script's commands.
    func run(_ command: String) async throws {
        let line = Array("\(command)\n".utf8)
        guard unsafe write(commands, line, line.count) == line.count else {
            throw Failure(description: "the hosts are gone: \(log)")
        }
        try await self.await("done")
    }

    /// The targets of the load's requests that an engine has run, one element for each run.
    nonisolated func executed(by engine: Int) throws -> [String] {
        try String(contentsOfFile: directory + "/executed\(engine)", encoding: .utf8)
            .split(separator: "\n").compactMap { line in
                let target = line.split(separator: " ").last.map { String($0) }
                return target?.hasPrefix("/status") == true ? nil : target
            }
    }

    /// All that there is ends with what the script reads.
    private func end() async -> ChildProcess.Exit {
        close(commands)
        let exit = await process.exit()
        close(answers.reading)
        return exit
    }

    /// Whether this machine lets its user make namespaces; if not, standard error says why.
    static func canBeMade() async -> Bool {
        guard Installation.program("ip") != nil else { return Installation.isRequired }
        do {
            return try await withTemporaryDirectory { directory in
                let hosts = try Hosts(in: directory, serving: [])
                if await hosts.end() == .status(0) { return true }
                throw Failure(description: await hosts.log)
            }
        } catch {
            let message = "no network namespaces can be made here: \(error)\n"
            FileHandle.standardError.write(Data(message.utf8))
            return false
        }
    }

    /// Runs an operation beside hosts whose engines serve with these arguments.
    static func with<Success>(
        serving arguments: [String], _ operation: (Hosts) async throws -> Success
    ) async throws -> Success {
        try await withTemporaryDirectory { directory in
            let hosts = try Hosts(in: directory, serving: arguments)
            do {
                try await hosts.await("ready")
                let success = try await operation(hosts)
                _ = await hosts.end()
                return success
            } catch {
                _ = await hosts.end()
                throw error
            }
        }
    }
}

extension ServerProgram {
    /// What makes the hosts' network.
    static let iproute = ServerProgram("iproute2", at: Installation.program("ip"), [])
}

extension Trait where Self == ConditionTrait {
    /// Skips where the kernel refuses network namespaces, which a test can't help.
    static var canMakeHosts: Self {
        .enabled("no network namespaces can be made here: see standard error") {
            await Hosts.canBeMade()
        }
    }
}
