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
        var hasEnded = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// What it is, for messages.
    let name: String
    /// What it says.
    private let lines: AsyncStream<String>
    private let input: FileHandle
    private let state = Mutex(State())
    private let process: ChildProcess

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
        let (input, output) = (try PipeEnds(), try PipeEnds())
        defer { for end in [input.reading, output.writing] { close(end) } }
        self.input = FileHandle(fileDescriptor: input.writing, closeOnDealloc: true)
        lines =
            LineReader(FileHandle(fileDescriptor: output.reading, closeOnDealloc: true)).lines
        // The program that runs, even if its file has been built anew.
        let program = "/proc/self/exe"
        process = try ChildProcess(
            program, arguments, input: input.reading, output: output.writing, error: STDERR_FILENO)
        Task { didEnd(await process.exit(), onSurprise) }
    }

    var identifier: pid_t { process.identifier }

    private func didEnd(_ exit: ChildProcess.Exit, _ onSurprise: (String) -> Void) {
        let (expected, waiting) = state.withLock { state in
            state.hasEnded = true
            defer { state.waiting = [] }
            return (state.expectedEnd, state.waiting)
        }
        let isGood =
            switch expected {
            case nil: false
            case .any?: true
            case .withoutError?: exit == .status(0)
            }
        if !isGood { onSurprise("\(name) (process \(identifier)) ended with \(exit)") }
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

    func signal(_ number: Int32) { process.send(number) }

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
                if !state.hasEnded { state.waiting.append(continuation) }
                return state.hasEnded
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
