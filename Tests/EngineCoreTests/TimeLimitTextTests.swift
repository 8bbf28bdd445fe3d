import EngineSansIO
import Testing

@testable import EngineCore

/// Time limits in the words of an error.
@Suite struct TimeLimitTextTests {
    @Test(arguments: [
        (Duration.zero, "0 s"), (.nanoseconds(1), "1 ns"), (.nanoseconds(999), "999 ns"),
        (.microseconds(1), "1 µs"), (.nanoseconds(1_500), "1.5 µs"), (.milliseconds(20), "20 ms"),
        (.microseconds(1_005), "1.005 ms"), (.seconds(2), "2 s"), (.milliseconds(2_250), "2.25 s"),
        (.milliseconds(60_010), "60.01 s"), (.nanoseconds(1_000_000_001), "1 s"),
    ])
    func values(duration: Duration, text: String) {
        let limit = ExchangeLimit.timeout.text(nanoseconds: duration.clampedNanoseconds)
        #expect(limit == "the timeout of \(text)")
    }

    @Test func names() {
        let limits: [(ExchangeLimit, String)] = [
            (.stallTimeout, "the stallTimeout"), (.totalTimeout, "the totalTimeout"),
            (.healthCheckTimeout, "the healthCheck.timeout"),
            (.phase(.waiting), "the phaseTimeouts.waiting limit"),
            (.phase(.connecting), "the phaseTimeouts.connecting limit"),
            (.phase(.writing), "the phaseTimeouts.writing limit"),
            (.phase(.awaiting), "the phaseTimeouts.firstByte limit"),
            (.phase(.receiving), "the phaseTimeouts.betweenBytes limit"),
        ]
        for (limit, text) in limits { #expect(limit.text(nanoseconds: nil) == text) }
    }
}
