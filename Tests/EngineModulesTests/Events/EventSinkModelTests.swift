import EngineModules
import EngineSansIO
import Testing

/// Random sequences of events against what a sink promises: every event ends once, counts add up at
/// each step, memory keeps to its limit, and a source's events are never reordered.
struct EventSinkModelTests {
    private static let sequencesPerCase = 40

    @Test(arguments: 0..<50)
    func promisesHold(batch: Int) throws {
        let first = batch * Self.sequencesPerCase
        for seed in first..<first + Self.sequencesPerCase {
            try checkSequence(seed: UInt64(seed))
        }
    }

    private func checkSequence(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var sink = try SimulatedSink(seed: seed, random: &random)
        for _ in 0..<Int.random(in: 20...400, using: &random) {
            sink.step(&random)
            sink.check()
        }
        let isGraceful = Bool.random(using: &random)
        sink.close(within: isGraceful ? 100_000 * SimulatedSink.millisecond : 0)
        // Whatever is held ends, at the limit at the latest.
        sink.drain(&random)
        sink.check()
        #expect(sink.machine.statistics.pending == 0, "seed \(seed)")
        #expect(sink.machine.statistics.pendingBytes == 0, "seed \(seed)")
        #expect(sink.machine.statistics.batchesInFlight == 0, "seed \(seed)")
        #expect(sink.isClosed, "seed \(seed)")
        #expect(sink.waiting.isEmpty, "seed \(seed)")
        sink.checkEnds()
        #expect(sink.broken == [], "seed \(seed)")
        sink.releaseSources()
        #expect(sink.machine.sourceCount == 0, "seed \(seed)")
    }
}
