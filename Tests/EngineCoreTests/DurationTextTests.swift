import EngineCore
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("1ns", Duration.nanoseconds(1)), ("1us", .microseconds(1)), ("1ms", .milliseconds(1)),
        ("1s", .seconds(1)), ("1min", .seconds(60)), ("1m", .seconds(60)), ("1h", .seconds(3_600)),
        ("1.5s", .milliseconds(1_500)), ("0.25ms", .microseconds(250)),
        ("1.50s", .milliseconds(1_500)), ("1.5m", .seconds(90)),
        ("0.1h", .seconds(360)), ("1.000000001s", .nanoseconds(1_000_000_001)),
        ("007s", .seconds(7)), ("0", .zero), ("7", .seconds(7)), ("0.5", .milliseconds(500)),
        ("9223372036854775807ns", .nanoseconds(Int64.max)),
    ])
    func durations(_ text: String, _ duration: Duration) {
        #expect(DurationText.duration(text) == duration)
    }

    @Test(arguments: [
        "", "s", "-1s", "-1", "1 s", "1S", "1M", "1d", "1.s", ".5s", "1.", "1.2.3s", "0.5ns", "1e3",
        "1e3s", "0x5", "\u{0663}s", "none", "inf", "nan", "9223372036854775807s",
        "99999999999999999999", "1mins",
    ])
    func textThatIsNone(_ text: String) {
        #expect(DurationText.duration(text) == nil)
    }

    @Test(arguments: ["1ns", "250ms", "90s", "2min", "36h", "0s"])
    func aDurationIsWrittenAsItIsRead(_ text: String) throws {
        #expect(DurationText.text(try #require(DurationText.duration(text))) == text)
    }
}
