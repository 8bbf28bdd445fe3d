/// Dates in the Internet form (RFC 3339), in the Gregorian calendar without leap seconds.
enum InternetDate {
    /// Seconds since 1970 of a text such as `2026-01-31T08:15:00.25+01:00`; nil for any other form.
    static func seconds(_ text: String) -> Double? {
        var reader = Reader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2),
            reader.skip("-"), let day = reader.number(2), reader.skip("T"),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2),
            reader.skip(":"), let second = reader.number(2),
            (1...12).contains(month), (1...length(of: month, year)).contains(day), hour < 24,
            minute < 60, second < 60, let fraction = reader.fraction(),
            let offset = reader.offset(),
            reader.isAtEnd
        else { return nil }
        let whole = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return Double(whole) + fraction
    }

    /// Whole seconds since 1970 in the form `2026-01-31T08:15:00Z`; nil outside of the years 0 to 9999.
    static func text(_ seconds: Double) -> String? {
        guard let whole = Int64(exactly: seconds.rounded(.down)),
            (-62_167_219_200..<253_402_300_800).contains(whole)
        else { return nil }
        let (day, second) = Int(whole).quotientAndRemainder(dividingBy: 86_400)
        let isBefore = second < 0
        let (year, month, dayOfMonth) = date(isBefore ? day - 1 : day)
        let rest = isBefore ? second + 86_400 : second
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(dayOfMonth, 2))T"
            + "\(digits(rest / 3_600, 2)):\(digits(rest / 60 % 60, 2)):\(digits(rest % 60, 2))Z"
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func length(of month: Int, _ year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Years begin in March here, so that a leap day is the last: month m of these begins on day
    // (153 m + 2) / 5, and 400 years have 146,097 days.

    /// Days since 1970.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        return (year, (month + 2) % 12 + 1, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}

private struct Reader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar, or other: Unicode.Scalar? = nil) -> Bool {
        guard !isAtEnd,
            bytes[position] == UInt8(ascii: character)
                || bytes[position] == UInt8(ascii: other ?? character)
        else { return false }
        position += 1
        return true
    }

    mutating func number(_ count: Int) -> Int? {
        guard bytes.count - position >= count else { return nil }
        var value = 0
        for _ in 0..<count {
            guard bytes[position].isDigit else { return nil }
            value = value * 10 + Int(bytes[position] - .zero)
            position += 1
        }
        return value
    }

    /// The fraction of a second; 0 without one.
    mutating func fraction() -> Double? {
        guard skip(".") else { return 0 }
        let start = position
        while !isAtEnd, bytes[position].isDigit { position += 1 }
        guard position > start else { return nil }
        return Double("0." + String(decoding: bytes[start..<position], as: UTF8.self))
    }

    /// Seconds that the clock is ahead of UTC.
    mutating func offset() -> Int? {
        if skip("Z", or: "z") { return 0 }
        let isBehind = skip("-")
        guard isBehind || skip("+"), let hours = number(2) else { return nil }
        // ISO 8601's basic format has no colon.
        _ = skip(":")
        guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return isBehind ? -seconds : seconds
    }
}
