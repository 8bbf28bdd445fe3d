internal import Foundation

/// One engine's place: keeps a process there, and does to it what is asked.
actor EngineHost {
    nonisolated let address: EndpointAddress
    private let workers: Int?
    private let log: String
    private let seed: UInt64
    private let onSurprise: @Sendable (String) -> Void
    private var engine: ManagedProcess?
    private var starts: UInt64 = 0

    init(
        _ address: EndpointAddress, workers: Int?, log: String, seed: UInt64,
        onSurprise: @escaping @Sendable (String) -> Void
    ) {
        self.address = address
        self.workers = workers
        self.log = log
        self.seed = seed
        self.onSurprise = onSurprise
    }

    /// Starts an engine on the path, whatever lies there.
    func start() async throws {
        clearPath()
        starts += 1
        var arguments = [
            "serve", "--socket", address.path, "--log", log, "--seed", "\(seed &+ starts)",
        ]
        if let workers { arguments += ["--workers", "\(workers)"] }
        let process = try ManagedProcess(
            "engine \(address.name)", arguments, onSurprise: onSurprise)
        guard await process.isReady() else {
            return onSurprise("engine \(address.name) did not start")
        }
        engine = process
    }

    func stop() async {
        await engine?.stopAndWait()
        engine = nil
    }

    private func clearPath() {
        try? FileManager.default.removeItem(atPath: address.path)
    }

    private func kill() async {
        await engine?.killAndWait()
        engine = nil
    }

    /// Does what is asked; afterwards there is a sound engine again.
    func carryOut(_ disturbance: Disturbance) async throws {
        let duration = disturbance.duration
        switch disturbance.kind {
        case .kill:
            await kill()
            await pause(duration)
            try await start()
        case .flap(let times):
            for _ in 0..<times {
                await kill()
                try await start()
                await pause(duration / Double(times))
            }
        case .stop:
            engine?.signal(SIGSTOP)
            await pause(duration)
            engine?.signal(SIGCONT)
        case .stopAndKill:
            engine?.signal(SIGSTOP)
            await pause(duration)
            await kill()
            try await start()
        case .restart:
            await stop()
            await pause(duration)
            try await start()
        case .squat(let manner, let seed): try await squat(manner, seed, duration)
        case .obstruct(let obstacle):
            await kill()
            clearPath()
            try put(obstacle)
            await pause(duration)
            try await start()
        case .starve(let spare):
            engine?.limitDescriptors(toSpare: spare)
            await pause(duration)
            engine?.limitDescriptors(toSpare: nil)
        case .crowd(let connections, let sendsHalf):
            await crowd(connections, sendsHalf, duration)
        case .unlink: try await unlink(duration)
        case .faults(let faults):
            engine?.say("faults " + faults.map(\.text).joined(separator: " "))
            await pause(duration)
            engine?.say("faults")
        case .freezeClient: break
        }
    }

    private func squat(
        _ manner: Squatter.Manner, _ seed: UInt64, _ duration: Double
    ) async throws {
        await kill()
        clearPath()
        let squatter = try ManagedProcess(
            "squatter",
            [
                "squat", "--socket", address.path, "--manner", manner.rawValue, "--seed",
                "\(seed)",
            ], onSurprise: onSurprise)
        if !(await squatter.isReady()) { onSurprise("a squatter did not start") }
        await pause(duration)
        await squatter.killAndWait()
        try await start()
    }

    private func put(_ obstacle: Disturbance.Obstacle) throws {
        let files = FileManager.default
        switch obstacle {
        case .nothing: break
        case .file: _ = files.createFile(atPath: address.path, contents: Data("no socket".utf8))
        case .directory:
            try files.createDirectory(atPath: address.path, withIntermediateDirectories: false)
        case .danglingLink:
            try files.createSymbolicLink(
                atPath: address.path, withDestinationPath: "/nonexistent/engine")
        }
    }

    private func crowd(_ count: Int, _ sendsHalf: Bool, _ duration: Double) async {
        var connections: [Int32] = []
        // A full backlog makes room when a worker takes one out of it.
        for _ in 0..<10 {
            while connections.count < count,
                let connection = UnixSocket.connect(to: address.path)
            {
                connections.append(connection)
                guard sendsHalf else { continue }
                let half = "POST \(ChaosServer.echoPath) HTTP/1.1\r\nHost: localhost\r\nContent-Le"
                UnixSocket.send(Array(half.utf8), on: connection)
            }
            await pause(duration / 10)
        }
        for connection in connections { close(connection) }
    }

    // The old engine goes on with the connections that it has, beside the new one.
    private func unlink(_ duration: Double) async throws {
        clearPath()
        await pause(duration / 2)
        let old = engine
        try await start()
        await pause(duration / 2)
        await old?.killAndWait()
    }
}
