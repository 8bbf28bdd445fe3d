#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Points in time as people read them.
enum TimeText {
    /// Seconds since 1970; 0 is never.
    static func seconds(_ seconds: Int64) -> String {
        // The end of the year 9999, where ISO 8601 ends.
        let representable: ClosedRange<Int64> = 1...253_402_300_799
        if seconds == 0 { return "never" }
        guard representable.contains(seconds) else { return String(seconds) }
        return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    /// Milliseconds since 1970, to the second; 0 is never.
    static func milliseconds(_ milliseconds: Int64) -> String {
        milliseconds == 0 ? "never" : seconds(milliseconds / 1_000)
    }

    /// The time of day.
    static var now: String { Date().formatted(.iso8601) }
}

extension String {
    /// The text, or a dash for none.
    var orDash: String { isEmpty ? "-" : self }
}
