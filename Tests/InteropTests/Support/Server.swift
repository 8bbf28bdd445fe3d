import EngineCore
import Foundation
import TestSupport

/// A real server that runs in a directory of its own, until it is stopped or the tests end.
actor Server {
    /// Why there is no server.
    struct StartFailure: Error, CustomStringConvertible {
        let description: String
    }

    nonisolated let directory: String
    /// What the server printed first, if that tells that it is up.
    private(set) var announcement = ""

    private let program: ServerProgram
    private var process: ChildProcess?
    private var lifeline: Int32?
    private var lastRestart: Task<Void, any Error>?

    init(_ program: ServerProgram, in directory: String) {
        self.program = program
        self.directory = directory
    }

    nonisolated var socketPath: String { directory + "/" + ServerProgram.socketName }

    private func command(_ executable: String) -> [String] {
        let environment = program.environment.map { "\($0.key)=\($0.value)" }
        let command = ["/usr/bin/env"] + environment + [executable] + program.arguments
        return command.map { $0.replacing(ServerProgram.directoryPlaceholder, with: directory) }
    }

    nonisolated func path(of name: String) -> String { directory + "/" + name }

    /// Starts the server and waits until it is up.
    func start() async throws {
        guard let executable = program.executable else {
            throw StartFailure(description: "\(program.name) is not installed")
        }
        // Not every server replaces the socket of one that was killed.
        unsafe unlink(socketPath)
        do {
            try await run(executable)
        } catch {
            await kill()
            let log = (try? String(contentsOfFile: path(of: "log"), encoding: .utf8)) ?? ""
            throw StartFailure(description: "\(program.name): \(error)\n\(log)")
        }
    }

    private func run(_ executable: String) async throws {
        let output = try LinePipe()
        let input = try LinePipe()
        let log = unsafe open(
            path(of: "log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600 as mode_t)
        lifeline = input.writing
        defer { for file in [log, input.reading, output.reading] { close(file) } }
        do {
            defer { close(output.writing) }
            process = try ChildProcess(
                "/bin/sh",
                [Installation.sources + "/guard.sh", directory] + command(executable),
                input: input.reading,
                output: program.readiness == .printsLine ? output.writing : log, error: log,
                leadsGroup: true)
        }
        switch program.readiness {
        case .printsLine:
            announcement = await output.line().trimmingCharacters(in: .newlines)
            if announcement.isEmpty { throw StartFailure(description: "it said nothing") }
        case .listens: try await connect()
        }
    }

    private func connect() async throws {
        var configuration = EngineConfiguration(
            socketPath: socketPath, retries: 50, timeout: .seconds(30))
        configuration.backoff = Backoff(base: .milliseconds(2), maximum: .milliseconds(20))
        let engine = Engine(configuration: configuration)
        var failure: (any Error)? = StartFailure(description: "it was not started")
        var attempts = 0
        while failure != nil, attempts < 100, process?.hasEnded == false {
            attempts += 1
            do {
                try await engine.connect()
                failure = nil
            } catch {
                failure = error
            }
        }
        await engine.close()
        if let failure { throw failure }
    }

    /// Ends the server and all that it started, at once.
    func kill() async {
        if let process {
            self.process = nil
            process.sendToGroup(SIGKILL)
            _ = await process.exit()
        }
        if let lifeline {
            self.lifeline = nil
            close(lifeline)
        }
    }

    /// Kills the server and starts it again; one restart after the other.
    func restart() async throws {
        let restart = Task { [lastRestart] in
            _ = await lastRestart?.result
            await kill()
            try await start()
        }
        lastRestart = restart
        try await restart.value
    }

    /// Sends a signal to the process that was started, not to those that it started.
    func send(_ signal: Int32) {
        process?.send(signal)
    }
}

/// Runs an operation beside a server.
func withServer<Success>(
    _ program: ServerProgram, _ operation: (Server) async throws -> Success
) async throws -> Success {
    try await withTemporaryDirectory { directory in
        for (name, contents) in program.files {
            let url = URL(fileURLWithPath: directory).appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(contents.utf8).write(to: url)
        }
        let server = Server(program, in: directory)
        try await server.start()
        do {
            let success = try await operation(server)
            await server.kill()
            return success
        } catch {
            await server.kill()
            throw error
        }
    }
}

/// Runs an operation with a client of a server, on which a slow machine does not tell.
func withClient<Success>(
    of server: Server, retries: Int = 5,
    _ change: (inout EngineConfiguration) -> Void = { _ in },
    _ operation: (Engine) async throws -> Success
) async throws -> Success {
    var configuration = EngineConfiguration(
        socketPath: server.socketPath, retries: retries, timeout: .seconds(120))
    change(&configuration)
    return try await withEngine(configuration: configuration, operation)
}
