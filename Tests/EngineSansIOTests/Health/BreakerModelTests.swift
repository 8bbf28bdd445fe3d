import EngineSansIO
import Testing

/// Random requests against an endpoint that comes and goes, checked against the log of all that
/// happened: each change of state has its reason there, and none that was due is missing.
struct BreakerModelTests {
    @Test(arguments: 0..<50)
    func everyChangeHasItsReason(batch: Int) {
        for seed in batch * 20..<(batch + 1) * 20 {
            var model = BreakerModel(seed: UInt64(seed))
            for _ in 0..<300 { model.step() }
            #expect(model.broken == [], "seed \(seed)")
        }
    }

    @Test(arguments: 0..<50)
    func whatWorksAgainGetsItsWholeShare(seed: Int) {
        var model = BreakerModel(seed: UInt64(seed), isUsual: true)
        for _ in 0..<300 { model.step() }
        model.settle()
        #expect(model.breaker.weight(now: model.now) == 1)
        #expect(model.broken == [], "seed \(seed)")
    }
}
