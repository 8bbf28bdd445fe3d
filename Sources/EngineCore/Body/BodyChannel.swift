internal import DequeModule

/// Chunks of a body on their way from the loop to whoever takes them.
final class BodyChannel: Sendable {
    enum Taken {
        case chunk([UInt8])
        case end
        /// So far.
        case nothing
    }

    private struct State {
        var chunks = Deque<[UInt8]>()
        var size = 0
        var received = 0
        var isPaused = false
        var end: Result<HeaderFields, EngineError>?
        var waiters: [Resumption<Void>] = []

        mutating func takeWaiters() -> [Resumption<Void>] {
            defer { waiters = [] }
            return waiters
        }
    }

    // Enough that neither side waits for the other while both are at work.
    private static let highWaterMark = 512 * 1024
    private static let lowWaterMark = 128 * 1024
    // What an array costs beside its bytes: many small chunks count for what they take.
    private static let chunkOverhead = 64

    private let state = Locked(State())
    private let resumeReading: @Sendable () -> Void

    /// - Parameter resumeReading: Called when there is room again after ``append(_:)`` said no.
    init(resumeReading: @escaping @Sendable () -> Void) {
        self.resumeReading = resumeReading
    }

    // MARK: The loop's end

    /// Adds a chunk; answers whether there is room for more.
    func append(_ chunk: [UInt8]) -> Bool {
        let (waiters, hasRoom) = state.withLock { state in
            state.chunks.append(chunk)
            state.size += chunk.count + Self.chunkOverhead
            state.received += chunk.count
            // Stays set until the consumer has made room, and says so.
            if state.size >= Self.highWaterMark { state.isPaused = true }
            return (state.takeWaiters(), !state.isPaused)
        }
        for resume in waiters { resume() }
        return hasRoom
    }

    /// Ends the body: with its trailers, or with what cut it off.
    func finish(_ end: Result<HeaderFields, EngineError>) {
        let waiters = state.withLock { state in
            state.end = state.end ?? end
            return state.takeWaiters()
        }
        for resume in waiters { resume() }
    }

    // MARK: The consumer's end

    /// Bytes that have arrived.
    var received: Int { state.withLock { $0.received } }

    /// Whether nothing more arrives.
    var hasEnded: Bool { state.withLock { $0.end != nil } }

    var trailers: HeaderFields? {
        state.withLock { state in
            guard state.chunks.isEmpty, case .success(let trailers)? = state.end else { return nil }
            return trailers
        }
    }

    /// Takes what is here, without waiting.
    ///
    /// - Throws: What cut the body off, when all that came before was taken.
    func take() throws(EngineError) -> Taken {
        let (taken, mayResume) = try state.withLock { state throws(EngineError) in
            guard let chunk = state.chunks.popFirst() else {
                return (
                    try state.end.map { end throws(EngineError) in
                        _ = try end.get()
                        return Taken.end
                    } ?? .nothing, false
                )
            }
            state.size -= chunk.count + Self.chunkOverhead
            let mayResume = state.isPaused && state.size <= Self.lowWaterMark
            if mayResume { state.isPaused = false }
            return (.chunk(chunk), mayResume)
        }
        if mayResume { resumeReading() }
        return taken
    }

    /// Returns when a chunk or the end is there.
    nonisolated(nonsending) func waitForMore() async {
        await suspend { resume in
            let isReady = state.withLock { state in
                if !state.chunks.isEmpty || state.end != nil { return true }
                state.waiters.append(resume)
                return false
            }
            if isReady { resume() }
        }
    }
}
