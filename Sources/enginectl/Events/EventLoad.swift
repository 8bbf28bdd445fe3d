internal import Dispatch
internal import EngineCore
internal import EngineModules

/// Gives a sink the lines of an input, and counts them.
final class EventLoad: Sendable {
    /// What became of the lines; those that the sink has are counted by it.
    struct Counts: Sendable {
        var read = 0
        var empty = 0
        var refused = 0
        /// Read, and not taken by the sink before the end.
        var unsent = 0
        /// The number of the first line that was refused.
        var firstRefused: Int?
    }

    fileprivate struct State {
        var counts = Counts()
        var lines: LineSplitter
        /// Lines that were read and that the sink does not have yet.
        var waiting: ArraySlice<LineSplitter.Line> = []
    }

    // Far beyond any use, and far below what an instant holds.
    private static let longestWait = Duration.seconds(1_000_000_000)

    private let input: LineInput
    private let source: EventSource
    private let start = ContinuousClock.now
    private let state: Locked<State>
    private let onFirstRefusal: @Sendable (Int) -> Void

    /// - Parameter onFirstRefusal: Called with the number of the first line that is refused.
    init(
        _ input: LineInput, into source: EventSource, maximumLineLength: Int,
        onFirstRefusal: @escaping @Sendable (Int) -> Void
    ) {
        self.input = input
        self.source = source
        self.onFirstRefusal = onFirstRefusal
        state = Locked(State(lines: LineSplitter(maximumLength: maximumLineLength)))
    }

    /// Since the load was made.
    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    var counts: Counts { state.withLock { $0.counts } }

    var statistics: EventSinkStatistics { source.sink.statistics }

    /// Reads to the end of the input and waits until nothing is pending, or until the task is
    /// cancelled; then lines can be left for ``finish(within:)``.
    @concurrent func run() async -> Result<Void, EngineError> {
        do throws(EngineError) {
            while !Task.isCancelled {
                try await appendWaiting()
                guard let bytes = try await read() else { break }
                state.withLock { $0.waiting = $0.lines.split(bytes)[...] }
            }
            try await appendEnd()
            try await source.sink.flush()
            return .success(())
        } catch {
            // The end by a signal is no failure.
            return Task.isCancelled ? .success(()) : .failure(error)
        }
    }

    /// Gives the sink the lines that were read, and closes it; what is left by the deadline is
    /// counted as unsent or failed.
    func finish(within limit: Duration) async {
        let deadline = ContinuousClock.now + min(limit, Self.longestWait)
        let appending = Task { _ = try? await appendEnd() }
        let alarm = Task {
            // Cancelled once there is nothing to wait for.
            try? await Task.sleep(until: deadline)
            appending.cancel()
        }
        await appending.value
        alarm.cancel()
        await source.sink.close(within: max(.zero, deadline - .now))
        state.withLock { $0.giveUp() }
    }

    private func appendEnd() async throws(EngineError) {
        try await appendWaiting()
        state.withLock { state in
            if let last = state.lines.finish() { state.waiting.append(last) }
        }
        try await appendWaiting()
    }

    private func appendWaiting() async throws(EngineError) {
        while let line = state.withLock({ $0.waiting.first }) {
            var isRefused = false
            switch line {
            case .content(let event): isRefused = try await !append(event)
            case .empty: break
            case .tooLong: isRefused = true
            }
            let refused = state.withLock { $0.count(line, isRefused: isRefused) }
            if let refused { onFirstRefusal(refused) }
        }
    }

    /// - Returns: Whether the sink took the event, or dropped it as it was told to.
    private func append(_ event: [UInt8]) async throws(EngineError) -> Bool {
        switch source.offer(event) {
        case .accepted, .dropped: return true
        case .tooLarge: return false
        case .full, .closed:
            try await source.append(event)
            return true
        }
    }

    /// The next bytes; nil at the end. Empty where nothing has come for a while.
    private func read() async throws(EngineError) -> [UInt8]? {
        // Off the threads that all tasks share: nothing may come for long.
        let result = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [input] in
                continuation.resume(
                    returning: Result { () throws(SystemError) in try input.read() })
            }
        }
        do throws(SystemError) {
            return try result.get()
        } catch {
            throw EngineError(
                .unexpected, message: "the events can't be read",
                detail: "the events can't be read: \(error)", underlying: error,
                delivery: .neverSent)
        }
    }
}

extension EventLoad.State {
    /// Counts the line that was waiting first, and removes it.
    ///
    /// - Returns: Its number, where it is the first one that was refused.
    fileprivate mutating func count(_ line: LineSplitter.Line, isRefused: Bool) -> Int? {
        waiting.removeFirst()
        counts.read += 1
        if line == .empty { counts.empty += 1 }
        guard isRefused else { return nil }
        counts.refused += 1
        guard counts.firstRefused == nil else { return nil }
        counts.firstRefused = counts.read
        return counts.read
    }

    /// Counts what the sink does not have.
    fileprivate mutating func giveUp() {
        if let last = lines.finish() { waiting.append(last) }
        while let line = waiting.first {
            _ = count(line, isRefused: line == .tooLong)
            if case .content = line { counts.unsent += 1 }
        }
    }
}
