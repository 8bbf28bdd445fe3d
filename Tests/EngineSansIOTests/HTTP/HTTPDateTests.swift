import EngineSansIO
import Testing

/// Times in header fields (RFC 9110 section 5.6.7).
@Suite struct HTTPDateTests {
    // 2026-11-30 12:00:00 UTC
    private let now: Int64 = 1_796_040_000

    private func seconds(_ text: String) -> Int64? {
        HTTPDate(text, now: now)?.secondsSince1970
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777),
            ("Sun Nov 16 08:49:37 1994", 784_975_777),
            ("Sun, 06-Nov-1994 08:49:37 GMT", 784_111_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
            ("Tue, 29 Feb 2000 23:59:60 GMT", 951_868_800),
            ("Fri, 01 Mar 2024 00:00:00 UTC", 1_709_251_200),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            ("Mon, 01 Jan 0001 00:00:00 GMT", -62_135_596_800),
        ] as [(String, Int64)])
    func isRead(_ text: String, _ expected: Int64) {
        #expect(seconds(text) == expected)
    }

    @Test func aYearOfTwoDigitsIsWithinFiftyYears() throws {
        for (year, expected) in [(26, 2026), (76, 2076), (77, 1977), (94, 1994), (0, 2000)] {
            let digits = year < 10 ? "0\(year)" : "\(year)"
            #expect(
                seconds("Monday, 01-Mar-\(digits) 00:00:00 GMT")
                    == seconds("Mon, 01 Mar \(expected) 00:00:00 GMT"))
        }
    }

    @Test(arguments: [Int64.min, -1, 0, .max])
    func aClockThatIsFarOffDoesNoHarm(_ now: Int64) {
        #expect(HTTPDate("Monday, 01-Mar-94 00:00:00 GMT", now: now) != nil)
        let value = "Fri, 31 Dec 9999 23:59:59 GMT"
        #expect(RetryAfter.seconds(value, now: now) == (now == .max ? 0 : 253_402_300_799))
    }

    @Test(arguments: [
        "", "GMT", "Sun, 06 Nov 1994 08:49:37", "Sun 06 Nov 1994 08:49:37 GMT",
        "Sun, 6th Nov 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 1900 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
        "Sat, 01 Jan 0000 00:00:00 GMT", "Sun, 06 Nov 194 08:49:37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sunday, 06-Nov 08:49:37 GMT", "Sun Nov 6 08:49:37 94 x", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 0\u{661} Nov 1994 08:49:37 GMT",
    ])
    func anythingElseIsNoTime(_ text: String) {
        #expect(seconds(text) == nil)
    }

    @Test func retryAfterCountsFromNow() {
        let date = "Mon, 30 Nov 2026 12:00:07 GMT"
        #expect(RetryAfter.seconds(date, now: now) == 7)
        #expect(RetryAfter.seconds(date, now: now + 7) == 0)
        #expect(RetryAfter.seconds(date, now: now + 8) == 0)
        #expect(RetryAfter.seconds("120", now: now) == 120)
    }
}
