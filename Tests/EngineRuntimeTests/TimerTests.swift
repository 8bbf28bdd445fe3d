import EngineRuntime
import TestSupport
import Testing

@Suite(.accountsForResources, .timeLimit(.minutes(20))) struct TimerTests {
    @Test func aTimerNeverFiresEarly() async throws {
        let loop = EngineLoop()
        // Delays of all fractions of a millisecond, armed at all fractions of one.
        let delays = (0..<200).map { Int64($0) * 37_003 }
        let waited = try await loop.run {
            nonisolated(unsafe) var waited: [Int64] = []
            for delay in delays {
                let start = EngineLoop.nanoseconds
                let hasFired = Flag()
                let timer = try LoopTimer(on: loop) {
                    unsafe waited.append(Int64(EngineLoop.nanoseconds - start))
                    hasFired.set()
                }
                timer.arm(afterNanoseconds: delay)
                // The loop looks at the timer all the while, and not when the poll's time is over.
                while !hasFired.isSet { await Task.yield() }
                timer.close()
            }
            return unsafe waited
        }
        for (waited, delay) in zip(waited, delays) { #expect(waited >= delay) }
        await loop.shutdown()
    }
}
