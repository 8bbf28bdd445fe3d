import EngineModules
import EngineSansIO
import Testing

/// How long a sink waits when the engine asks for time.
@Suite struct RetryAfterTests {
    private let now = MonotonicTime(nanoseconds: 1_000_000_000)

    /// The pause after a refusal, in nanoseconds.
    private func pause(retryAfter: Int64) throws -> Int64? {
        var limits = EventSinkLimits()
        limits.guarantee = .atLeastOnce
        limits.linger = 0
        limits.backoff = Backoff(base: .zero, maximum: .zero)
        var machine = EventSinkMachine(limits: limits, generator: SplitMix64(seed: 1))
        let source = try machine.retainSource(header: Array("{}".utf8))
        let event = Array("1:a:b".utf8)
        let admission = event.withRawSpan { machine.append($0, to: source) { now } }
        #expect(admission == .accepted)
        for action in machine.attend(now: now) {
            guard case .send(let batch) = action else { continue }
            let busy = EventBatchFailure(delivery: .consumed, status: 503, retryAfter: retryAfter)
            _ = machine.ended(batch.id, busy, now: now)
            _ = machine.attend(now: now)
            return machine.deadline?.nanoseconds(since: now)
        }
        return nil
    }

    @Test func isWhatTheEngineAsksForUpToALimit() throws {
        #expect(try pause(retryAfter: 7_000_000_000) == 7_000_000_000)
        #expect(try pause(retryAfter: 60_000_000_000) == 60_000_000_000)
        #expect(try pause(retryAfter: .max) == 60_000_000_000)
    }
}
