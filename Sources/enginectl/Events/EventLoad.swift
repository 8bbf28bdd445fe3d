internal import EngineCore
internal import EngineModules

/// Gives a sink what an input has to read, line by line.
final class EventLoad: Sendable {
    private let input: LineInput
    private let source: EventSource
    private let start = ContinuousClock.now

    init(_ input: LineInput, into source: EventSource) {
        self.input = input
        self.source = source
    }

    /// Since the load was made.
    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    var statistics: EventSinkStatistics { source.sink.statistics }

    /// Reads to the end of the input, or until the task is cancelled.
    @concurrent func run() async -> Result<Void, EngineError> {
        var lines = LineSplitter()
        do throws(EngineError) {
            while !Task.isCancelled {
                guard let bytes = try await read() else {
                    if let last = lines.finish() { try await append(last) }
                    return .success(())
                }
                for line in lines.split(bytes) { try await append(line) }
            }
            return .success(())
        } catch {
            // Waiting for room when the signal came is no failure.
            return Task.isCancelled ? .success(()) : .failure(error)
        }
    }

    private func append(_ line: [UInt8]) async throws(EngineError) {
        switch source.offer(line) {
        case .accepted, .dropped: return
        case .full, .tooLarge, .closed: try await source.append(line)
        }
    }

    /// What comes next; nil at the end. Empty where nothing has come for a while.
    private func read() async throws(EngineError) -> [UInt8]? {
        do {
            // Off the threads that all tasks share: nothing may come for long.
            let result = try await source.sink.engine.loop.offload { [input] in
                Result { () throws(SystemError) in try input.read() }
            }
            return try result.get()
        } catch {
            throw EngineError(
                .unexpected, message: "the events can't be read",
                detail: "the events can't be read: \(error)", underlying: error,
                delivery: .neverSent)
        }
    }
}

/// Makes lines of what comes in pieces; empty ones are passed over.
struct LineSplitter {
    private var rest: [UInt8] = []

    /// The lines that these bytes end.
    mutating func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest + bytes[start..<end]
            rest = []
            if !line.isEmpty { lines.append(line) }
            start = end + 1
        }
        rest += bytes[start...]
        return lines
    }

    /// What comes after the last end of a line.
    mutating func finish() -> [UInt8]? {
        defer { rest = [] }
        return rest.isEmpty ? nil : rest
    }
}
