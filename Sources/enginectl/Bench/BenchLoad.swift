internal import EngineCore
internal import Synchronization

/// Closed-loop load: each caller sends its next request when its last one has ended.
final class BenchLoad: Sendable {
    /// How much of it there is, and where it comes from.
    struct Shape: Sendable {
        var concurrency: Int
        /// Requests to send; nil for no limit.
        var requests: Int?
        /// How long to send; nil for no limit. What is in flight then is waited for.
        var duration: Duration?
        /// Whether the callers share the loop's thread with the connections.
        var runsOnLoop = false
    }

    private let engine: Engine
    private let request: EngineRequest
    private let shape: Shape
    private let begin: UInt64
    private let end: UInt64

    private let started = Atomic(0)
    private let ended = Atomic(0)
    private let failed = Atomic(0)

    /// Makes the load; its duration counts from here on.
    init(_ engine: Engine, _ request: EngineRequest, _ shape: Shape) {
        self.engine = engine
        self.request = request
        self.shape = shape
        begin = EngineLoop.nanoseconds
        let duration = UInt64((shape.duration ?? .zero).clampedNanoseconds)
        end = shape.duration == nil ? .max : begin + duration
    }

    /// Requests that have ended so far, and how many of them failed.
    var progress: (ended: Int, failed: Int) {
        (ended.load(ordering: .relaxed), failed.load(ordering: .relaxed))
    }

    var elapsed: Duration { .nanoseconds(EngineLoop.nanoseconds - begin) }

    /// Runs all of it. Cancelling ends it early; what is in flight then does not count.
    func result() async -> Result<BenchTally, EngineError> {
        guard shape.runsOnLoop else { return .success(await runCallers()) }
        do {
            return .success(try await engine.runOnLoop { await self.runCallers() })
        } catch {
            let message = "the event loop is not running"
            return .failure(
                EngineError(
                    .unexpected, message: message, detail: "\(message): \(error)",
                    underlying: error, delivery: .neverSent))
        }
    }

    // Children of a task that runs on the loop run there too.
    private func runCallers() async -> BenchTally {
        await withTaskGroup(of: BenchTally.self) { group in
            for _ in 0..<shape.concurrency {
                group.addTask { await self.runCaller() }
            }
            var tally = BenchTally()
            for await callerTally in group { tally.add(callerTally) }
            return tally
        }
    }

    @concurrent private func runCaller() async -> BenchTally {
        var tally = BenchTally()
        var check = AnswerCheck()
        while takeTurn() {
            let start = EngineLoop.nanoseconds
            do throws(EngineError) {
                let response = try await engine.execute(request)
                let latency = EngineLoop.nanoseconds - start
                try check(response)
                tally.succeeded(after: latency)
            } catch {
                if error.code == .cancelled { break }
                tally.failed(error, at: EngineLoop.nanoseconds)
                failed.add(1, ordering: .relaxed)
                // A failure that nobody waited for must not keep others from the thread.
                await Task.yield()
            }
            ended.add(1, ordering: .relaxed)
        }
        return tally
    }

    private func takeTurn() -> Bool {
        !Task.isCancelled && EngineLoop.nanoseconds < end
            && started.add(1, ordering: .relaxed).oldValue < shape.requests ?? .max
    }
}

/// Tells good answers from refusals.
private struct AnswerCheck {
    private var goodBody: [UInt8]?

    mutating func callAsFunction(_ response: EngineResponse) throws(EngineError) {
        // Decoding the same body again and again would take longer than the request does.
        if response.isSuccess, response.body == goodBody { return }
        try response.checkSuccess()
        goodBody = response.body
    }
}

extension BenchLoad {
    /// How far the load has come.
    var progressText: String {
        let (ended, failed) = progress
        let failures = failed == 0 ? "" : ", \(failed) failed"
        return "\(elapsed.components.seconds) s: \(ended) requests\(failures)"
    }
}
