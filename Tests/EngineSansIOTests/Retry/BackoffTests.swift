import EngineSansIO
import Testing

@Suite struct BackoffTests {
    private func delays(
        _ backoff: Backoff, failures: Int, count: Int, seed: UInt64 = 1
    ) -> [Int64] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            backoff.delay(afterFailures: failures, using: &generator)
        }
    }

    static let upperEnds: [(failures: Int, milliseconds: Int64)] = [
        (1, 100), (2, 200), (3, 400), (4, 800), (5, 1_600), (6, 2_000), (7, 2_000), (63, 2_000),
        (64, 2_000), (1_000, 2_000), (.max, 2_000), (0, 100), (-1, 100),
    ]

    @Test(arguments: upperEnds)
    func waitIsSpreadOverTheWholeRange(_ failures: Int, _ milliseconds: Int64) throws {
        let upper = milliseconds * 1_000_000
        let delays = delays(Backoff(), failures: failures, count: 1_000)
        let least = try #require(delays.min())
        let most = try #require(delays.max())
        #expect(least >= 0 && least < upper / 20)
        #expect(most <= upper && most > upper / 20 * 19)
        let mean = delays.reduce(0, +) / Int64(delays.count)
        #expect(abs(mean - upper / 2) < upper / 20)
    }

    @Test func baseOverTheMaximumIsCapped() throws {
        let backoff = Backoff(base: .seconds(60), maximum: .milliseconds(1))
        let most = try #require(delays(backoff, failures: 1, count: 1_000).max())
        #expect(most > 900_000 && most <= 1_000_000)
    }

    @Test(arguments: [1, 2, 62, 63, 64, 65, Int.max])
    func absurdDurationsDoNotOverflow(_ failures: Int) {
        let backoff = Backoff(base: .seconds(Int64.max), maximum: .seconds(Int64.max))
        #expect(delays(backoff, failures: failures, count: 100).allSatisfy { $0 >= 0 })
        let small = Backoff(base: .nanoseconds(1), maximum: .seconds(Int64.max))
        let upper = failures < 63 ? Int64(1) << (failures - 1) : .max
        #expect(
            delays(small, failures: failures, count: 100).allSatisfy { (0...upper).contains($0) })
    }

    @Test(arguments: [
        Backoff(base: .zero, maximum: .seconds(1)),
        Backoff(base: .seconds(-1), maximum: .seconds(1)),
        Backoff(base: .seconds(1), maximum: .zero),
        Backoff(base: .seconds(1), maximum: .seconds(-1)),
    ])
    func noDurationIsNoWait(_ backoff: Backoff) {
        for failures in [1, 10, 100] {
            #expect(delays(backoff, failures: failures, count: 10).allSatisfy { $0 == 0 })
        }
    }

    @Test func bothEndsOfTheRangeAreReached() {
        let backoff = Backoff(base: .nanoseconds(1), maximum: .nanoseconds(2))
        #expect(Set(delays(backoff, failures: 1, count: 100)) == [0, 1])
        #expect(Set(delays(backoff, failures: 2, count: 100)) == [0, 1, 2])
    }

    @Test func seedDecides() {
        let first = delays(Backoff(), failures: 3, count: 50, seed: 42)
        #expect(first == delays(Backoff(), failures: 3, count: 50, seed: 42))
        #expect(first != delays(Backoff(), failures: 3, count: 50, seed: 43))
        #expect(Set(first).count > 45)
    }

    // The sequence that implementations in other languages are checked against.
    @Test func generatorIsSplitMix64() {
        var generator = SplitMix64(seed: 1_234_567)
        let numbers = (0..<5).map { _ in generator.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }
}
