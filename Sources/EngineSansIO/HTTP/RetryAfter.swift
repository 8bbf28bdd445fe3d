/// How long a server asks clients to wait (RFC 9110 section 10.2.3).
package enum RetryAfter {
    /// Reads a `Retry-After` field: a number of seconds or a date.
    ///
    /// - Parameters:
    ///   - value: The field's value.
    ///   - now: The time in seconds since 1970.
    /// - Returns: Seconds from `now` on: 0 for a date in the past, `Int64.max` for a number that
    ///   does not fit. Nil for any other value, such as a negative number.
    package static func seconds(_ value: String, now: Int64) -> Int64? {
        if !value.isEmpty, value.utf8.allSatisfy(\.isDigit) { return Int64(value) ?? .max }
        guard let date = HTTPDate(value, now: now) else { return nil }
        // A clock before 1970 was never set.
        return max(0, date.secondsSince1970 - max(0, now))
    }
}
