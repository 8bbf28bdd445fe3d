internal import CLinux
internal import Foundation
internal import Synchronization

/// A child process that is written to, read from and signalled.
final class ManagedProcess: Sendable {
    private enum End {
        case any
        case withoutError
    }

    private struct State {
        /// What ends it well.
        var expectedEnd: End?
        var end: String?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// What it is, for messages.
    let name: String
    let identifier: pid_t
    /// What it says.
    private let lines: AsyncStream<String>
    private let input: FileHandle
    private let state = Mutex(State())
    private let process: Mutex<Process>

    /// Starts this program once more, as something else.
    ///
    /// - Parameters:
    ///   - name: What it is, for messages.
    ///   - arguments: The subcommand and its options.
    ///   - onSurprise: Called when it ends and nobody wanted that.
    init(
        _ name: String, _ arguments: [String],
        onSurprise: @escaping @Sendable (String) -> Void
    ) throws {
        self.name = name
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        // The program that runs, even if its file has been built anew.
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        self.input = input.fileHandleForWriting
        lines = LineReader(output.fileHandleForReading).lines
        let ending = AsyncStream.makeStream(of: String.self)
        process.terminationHandler = { process in
            let reason = process.terminationReason == .exit ? "status" : "signal"
            ending.continuation.yield("\(reason) \(process.terminationStatus)")
        }
        try process.run()
        identifier = process.processIdentifier
        self.process = Mutex(process)
        Task {
            for await reason in ending.stream {
                didEnd(reason, onSurprise)
                break
            }
        }
    }

    private static let withoutError = "status 0"

    private func didEnd(_ reason: String, _ onSurprise: (String) -> Void) {
        let (expected, waiting) = state.withLock { state in
            state.end = reason
            defer { state.waiting = [] }
            return (state.expectedEnd, state.waiting)
        }
        let isGood =
            switch expected {
            case nil: false
            case .any?: true
            case .withoutError?: reason == Self.withoutError
            }
        if !isGood { onSurprise("\(name) (process \(identifier)) ended with \(reason)") }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits for its first line; answers false when there is none.
    func isReady() async -> Bool { await nextLine() != nil }

    /// What it says next; nil when it has ended, or the task was cancelled.
    func nextLine() async -> String? {
        for await line in lines { return line }
        return nil
    }

    func say(_ line: String) {
        // One that has just ended does not listen any more.
        try? input.write(contentsOf: Data("\(line)\n".utf8))
    }

    func signal(_ number: Int32) { kill(identifier, number) }

    /// Ends it at once, and waits until it is gone.
    func killAndWait() async {
        state.withLock { $0.expectedEnd = .any }
        signal(SIGKILL)
        await end()
    }

    /// Lets it end by itself, and waits until it has.
    func stopAndWait() async {
        expectEnd()
        say("stop")
        try? input.close()
        await end()
    }

    /// From here on it may end by itself, if it does so without an error.
    func expectEnd() {
        state.withLock { $0.expectedEnd = .withoutError }
    }

    /// Waits for its end.
    func end() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if state.end == nil { state.waiting.append(continuation) }
                return state.end != nil
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Lets it have so many more descriptors than it has; nil for as many as there may be.
    func limitDescriptors(toSpare spare: Int?) {
        let open =
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count)
            ?? 0
        _ = chaos_limit_descriptors(identifier, UInt64(spare.map { open + $0 } ?? 1_024))
    }
}
