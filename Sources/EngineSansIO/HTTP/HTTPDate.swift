/// A time as HTTP writes it (RFC 9110 section 5.6.7).
package struct HTTPDate: Hashable, Sendable {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    package let secondsSince1970: Int64

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads an IMF-fixdate (`Sun, 06 Nov 1994 08:49:37 GMT`), or one of the obsolete forms of
    /// RFC 850 (`Sunday, 06-Nov-94 08:49:37 GMT`) and asctime (`Sun Nov  6 08:49:37 1994`).
    ///
    /// - Parameters:
    ///   - text: The field's value; its day of the week is not checked.
    ///   - now: The time in seconds since 1970: a year of two digits is the one within 50 years.
    package init?(_ text: String, now: Int64) {
        // From 1970 to the year 9999: a clock elsewhere is wrong.
        let now = min(max(0, now), 253_402_300_799)
        let words = text.split(separator: " ")
        let parts: (day: Substring, month: Substring, year: Substring, time: Substring)
        switch words.count {
        case 6 where Self.isUTC(words[5]) && words[0].hasSuffix(","):
            parts = (words[1], words[2], words[3], words[4])
        case 5:
            parts = (words[2], words[1], words[4], words[3])
        case 4 where Self.isUTC(words[3]) && words[0].hasSuffix(","):
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard date.count == 3 else { return nil }
            parts = (date[0], date[1], date[2], words[2])
        default:
            return nil
        }
        guard let day = Self.number(parts.day, digits: 1...2),
            let month = Self.months.firstIndex(where: { $0 == parts.month }).map({ $0 + 1 }),
            let year = Self.year(parts.year, now: now),
            let seconds = Self.secondsOfDay(parts.time),
            (1...Self.length(ofMonth: month, in: year)).contains(day)
        else { return nil }
        secondsSince1970 = Int64(Self.days(year, month, day) * 86_400 + seconds)
    }

    private static func isUTC(_ zone: Substring) -> Bool { zone == "GMT" || zone == "UTC" }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else { return nil }
        return Int(text)
    }

    private static func year(_ text: Substring, now: Int64) -> Int? {
        if let year = number(text, digits: 4...4) { return year > 0 ? year : nil }
        guard let year = number(text, digits: 2...2) else { return nil }
        // The mean year of the calendar, in seconds.
        let earliest = 1970 + Int(now / 31_556_952) - 49
        let ahead = (year - earliest) % 100
        return earliest + (ahead < 0 ? ahead + 100 : ahead)
    }

    private static func secondsOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hours = number(parts[0], digits: 2...2),
            let minutes = number(parts[1], digits: 2...2),
            let seconds = number(parts[2], digits: 2...2),
            // 60 is a leap second.
            hours <= 23, minutes <= 59, seconds <= 60
        else { return nil }
        return hours * 3_600 + minutes * 60 + seconds
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 of a date in the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // Years that begin in March end with the leap day.
        let marchYear = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + dayOfYear - 719_468
    }
}
