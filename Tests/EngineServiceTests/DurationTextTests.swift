import EngineCore
import EngineService
import Testing

@Suite struct DurationTextTests {
    private func timeout(_ text: String) throws -> Duration {
        try EngineConfiguration(reading: environment(["timeout": text])).timeout
    }

    @Test(arguments: [
        ("1ns", Duration.nanoseconds(1)), ("1us", .microseconds(1)), ("1ms", .milliseconds(1)),
        ("1s", .seconds(1)), ("1min", .seconds(60)), ("1h", .seconds(3_600)),
        ("1.5s", .milliseconds(1_500)), ("0.25ms", .microseconds(250)),
        ("1.50s", .milliseconds(1_500)),
        ("0.1h", .seconds(360)), ("1.000000001s", .nanoseconds(1_000_000_001)),
        ("007s", .seconds(7)),
        ("9223372036854775807ns", .nanoseconds(Int64.max)),
    ])
    func durations(_ text: String, _ duration: Duration) throws {
        #expect(try timeout(text) == duration)
    }
}
