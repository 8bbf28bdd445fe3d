internal import Foundation

/// A client process, as the supervisor sees it.
struct ClientHost: Sendable {
    let index: Int
    let process: ManagedProcess

    init(
        index: Int, seed: UInt64, directory: String, workers: Int, endpoints: [EndpointAddress],
        onSurprise: @escaping @Sendable (String) -> Void
    ) throws {
        self.index = index
        var arguments = [
            "client", "--index", "\(index)", "--seed", "\(seed)", "--directory", directory,
            "--workers", "\(workers)",
        ]
        for endpoint in endpoints {
            arguments += ["--endpoint", "\(endpoint.name)=\(endpoint.path)"]
        }
        process = try ManagedProcess("client \(index)", arguments, onSurprise: onSurprise)
    }

    func go() { process.say("go") }

    /// Waits until its work has ended, and counts what it holds; nil when it does not answer.
    func census() async -> Census? { await ask("census") }

    /// Ends its work and the process.
    func finish() async -> Census? {
        process.expectEnd()
        let census = await ask("finish")
        await process.end()
        return census
    }

    private func ask(_ command: String) async -> Census? {
        process.say(command)
        for await line in process.lines {
            return try? JSONDecoder().decode(Census.self, from: Data(line.utf8))
        }
        return nil
    }

    /// Does what is asked; afterwards the client is free again.
    func carryOut(_ disturbance: Disturbance) async {
        // Descriptors are not taken away: libdispatch ends a process that it can't watch the
        // threads of, for which it opens files.
        guard case .freezeClient = disturbance.kind else { return }
        process.signal(SIGSTOP)
        await pause(disturbance.duration)
        process.signal(SIGCONT)
    }
}
