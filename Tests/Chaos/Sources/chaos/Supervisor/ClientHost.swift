internal import Foundation

/// A client process, as the supervisor sees it.
struct ClientHost: Sendable {
    let index: Int
    let process: ManagedProcess
    private let say: @Sendable (String) -> Void

    init(
        index: Int, seed: UInt64, directory: String, workers: Int, endpoints: [EndpointAddress],
        onSurprise: @escaping @Sendable (String) -> Void
    ) throws {
        self.index = index
        say = onSurprise
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
        if census == nil { await process.killAndWait() }
        await process.end()
        return census
    }

    private func ask(_ command: String) async -> Census? {
        process.say(command)
        let line = await withTaskGroup(of: String?.self) { group in
            group.addTask { await process.nextLine() }
            group.addTask {
                await pause(Self.patience * 1_000)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let line else {
            say("client \(index) (process \(process.identifier)) does not answer to \(command)")
            return nil
        }
        return try? JSONDecoder().decode(Census.self, from: Data(line.utf8))
    }

    // Longer than a client itself waits for all that it counts.
    private static let patience = 120.0

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
