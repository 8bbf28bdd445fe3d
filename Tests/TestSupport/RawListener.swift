package import EngineRuntime

/// A listening socket that hands out its connections when a test asks.
package actor RawListener {
    package nonisolated let loop: EngineLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.serialExecutor.asUnownedSerialExecutor()
    }

    private var listener: PipeListener?
    private var waitingConnections = 0
    private var acceptor: CheckedContinuation<Void, Never>?

    package init(loop: EngineLoop = .shared) {
        self.loop = loop
    }

    package func listen(on path: String, backlog: Int32 = 16) throws {
        let listener = try PipeListener(on: loop)
        do {
            try listener.listen(
                on: try SocketPath(path), backlog: backlog, onFailure: { _ in listener.close() },
                onConnection: { self.assumeIsolated { $0.connectionWaits() } })
        } catch {
            listener.close()
            throw error
        }
        self.listener = listener
    }

    private func connectionWaits() {
        waitingConnections += 1
        acceptor?.resume()
        acceptor = nil
    }

    /// The next connection, which reads at once or only when told to.
    package func accept(isReading: Bool = true) async throws -> Peer {
        if waitingConnections == 0 { await withCheckedContinuation { acceptor = $0 } }
        waitingConnections -= 1
        return try acceptWaiting(isReading: isReading)
    }

    private func acceptWaiting(isReading: Bool) throws -> Peer {
        guard let listener else { throw LibUVError.canceled }
        // Both actors live on the loop's thread.
        nonisolated(unsafe) let stream = try listener.accept(on: loop)
        return unsafe try Peer(loop: loop, accepted: stream, isReading: isReading)
    }

    /// Closes the socket, which takes its file with it.
    package func close() async {
        guard let listener else { return }
        self.listener = nil
        await withCheckedContinuation { continuation in
            listener.close { continuation.resume() }
        }
    }
}

/// Runs an operation beside a listening socket.
package func withRawListener<Success>(
    on path: String, backlog: Int32 = 16, _ operation: (RawListener) async throws -> Success
) async throws -> Success {
    try EngineLoop.shared.start()
    let listener = RawListener()
    try await listener.listen(on: path, backlog: backlog)
    do {
        let success = try await operation(listener)
        await listener.close()
        return success
    } catch {
        await listener.close()
        throw error
    }
}
