import EngineJSON
import Foundation
import Testing

/// Foundation as the judge of dates.
@Suite struct FoundationDateTests {
    @Test func datesAreTheSameInEveryYear() throws {
        let coding = JSONCoding(dates: .iso8601)
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<1_000 {
            // From 1900 on: before, Foundation's calendar may be another.
            let seconds = Int64.random(in: -2_208_988_800..<253_402_300_800, using: &generator)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let text = try coding.encode(date)
            #expect(text == Array(try encoder(coding).encode(date)))
            #expect(try coding.decode(Date.self, from: text) == date)
        }
        for text in [
            "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-01-32T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00",
            "2026-01-01", "", "2026-01-01T00:00:00.Z", "26-01-01T00:00:00Z",
            "2026-01-01T00:00:00Zx", "2026-01-01 00:00:00Z", "+026-01-01T00:00:00Z",
        ] {
            #expect(throws: DecodingError.self, "\(text)") {
                try decode(Date.self, "\"\(text)\"", by: coding)
            }
        }
        for text in ["2026-01-31T08:15:00.25Z", "2026-01-31T08:15:00z", "2026-01-31T08:15:00-0130"]
        {
            let document = "\"\(text)\""
            #expect(
                try decode(Date.self, document, by: coding)
                    == decoder(coding).decode(Date.self, from: Data(document.utf8)))
        }
        let half = try decode(Date.self, "\"2000-02-29T23:59:59.5-01:30\"", by: coding)
        #expect(half.timeIntervalSince1970 == 951_874_199.5)
        #expect(throws: EncodingError.self) {
            try coding.encode(Date.distantFuture.addingTimeInterval(1e12))
        }
        #expect(throws: EncodingError.self) { try coding.encode([Decimal.nan]) }
    }
}
