/// The one grammar for durations in settings and on command lines: a number and its unit, `ns`,
/// `us`, `ms`, `s`, `m` or `min`, or `h`. A number alone counts seconds.
package enum DurationText {
    /// The grammar, for errors and help texts.
    package static let rule =
        "a number with a unit (ns, us, ms, s, min, h), such as 250ms or 1.5s; without one, seconds"

    // The longest first, for writing.
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("h", 3_600_000_000_000), ("min", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
        ("us", 1_000), ("ns", 1),
    ]

    /// - Returns: Nil when the text is no duration, a negative one, one past 292 years, or none of
    ///   whole nanoseconds.
    package static func duration(_ text: String) -> Duration? {
        let start = text.firstIndex { $0.isLetter } ?? text.endIndex
        guard let unit = unit(text[start...]) else { return nil }
        let parts = text[..<start].split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap(number), parts.count <= 2,
            let part = fraction(parts.dropFirst().first, of: unit.nanoseconds)
        else { return nil }
        let (product, isTooLarge) = whole.multipliedReportingOverflow(by: unit.nanoseconds)
        let (sum, overflow) = product.addingReportingOverflow(part)
        return isTooLarge || overflow ? nil : .nanoseconds(sum)
    }

    private static func unit(_ name: Substring) -> (name: String, nanoseconds: Int64)? {
        let name = name.isEmpty ? "s" : name == "m" ? "min" : name
        return units.first { $0.name == name }
    }

    private static func number(_ digits: Substring) -> Int64? {
        digits.allSatisfy { $0.isASCII && $0.isNumber } ? Int64(digits) : nil
    }

    /// What the digits behind the point are, in nanoseconds.
    private static func fraction(_ digits: Substring?, of unit: Int64) -> Int64? {
        guard let digits else { return 0 }
        var rest = unit
        var sum: Int64 = 0
        for digit in digits {
            guard let value = number(Substring(String(digit))), value == 0 || rest % 10 == 0 else {
                return nil
            }
            rest /= 10
            sum += value * rest
        }
        return digits.isEmpty ? nil : sum
    }

    /// - Parameter duration: One of whole nanoseconds, 0 or more and under 292 years.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        guard nanoseconds > 0, let unit = units.first(where: { nanoseconds % $0.nanoseconds == 0 })
        else { return "0s" }
        // Seconds are read more easily than minutes and hours up to here.
        let isShort = nanoseconds < 120_000_000_000 && nanoseconds % 1_000_000_000 == 0
        let shown = isShort ? units[2] : unit
        return "\(nanoseconds / shown.nanoseconds)\(shown.name)"
    }
}
