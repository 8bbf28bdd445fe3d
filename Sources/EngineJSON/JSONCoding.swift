/// How values become JSON (RFC 8259) and JSON becomes values: a coder with its settings.
///
/// ```swift
/// let coding = JSONCoding(keys: .snakeCase, dates: .iso8601)
/// let status = try coding.decode(Status.self, from: bytes)
/// let body = try coding.encode(status)
/// ```
///
/// It does for `Codable` types the work of Foundation's `JSONDecoder` and `JSONEncoder`. The
/// differences are listed in <doc:DifferencesFromFoundation>.
public struct JSONCoding: Sendable {
    /// The relation of coding keys to the names of members.
    public enum Keys: Sendable, Hashable {
        /// Names are the keys' strings.
        case asNamed
        /// Names are in snake case and keys in camel case: `lastUpdate` is `last_update`. The keys of
        /// dictionaries stay as they are.
        case snakeCase
    }

    /// The form of dates.
    public enum Dates: Sendable, Hashable {
        /// Seconds since 2001, as `Date` codes itself.
        case deferredToDate
        /// Text in the Internet form (RFC 3339), such as `2026-01-31T08:15:00Z`. A fraction of a second
        /// is read; whole seconds are written.
        case iso8601
        /// Seconds since 1970.
        case secondsSince1970
        /// Milliseconds since 1970.
        case millisecondsSince1970
    }

    /// The form of `Data`.
    public enum Bytes: Sendable, Hashable {
        /// Text in Base64 (RFC 4648 §4).
        case base64
        /// An array of numbers.
        case array
    }

    /// The form of infinities and NaN, for which JSON has no numbers.
    public enum NonFinite: Sendable, Hashable {
        /// None: encoding throws `EncodingError`.
        case error
        /// Strings.
        case strings(positiveInfinity: String, negativeInfinity: String, nan: String)
    }

    /// The reading of an object with two members of one name.
    public enum Duplicates: Sendable, Hashable {
        /// The last member wins.
        case lastWins
        /// The document is rejected with ``JSONError/Code/duplicateName``.
        case error
    }

    /// The white space and order of what is written.
    public struct Format: Sendable, Hashable {
        /// Puts each element and member on a line, indented by two spaces a level.
        public var isIndented: Bool
        /// Sorts the members of objects by the bytes of their names.
        public var sortsNames: Bool

        /// Makes a format; by default there is no white space, and members keep their order.
        public init(isIndented: Bool = false, sortsNames: Bool = false) {
            self.isIndented = isIndented
            self.sortsNames = sortsNames
        }
    }

    /// The deepest nesting that any setting allows. Reading deeper values could exhaust the stack of
    /// a thread.
    public static let depthCeiling = 512

    /// The relation of coding keys to the names of members.
    public var keys: Keys
    /// The form of dates.
    public var dates: Dates
    /// The form of `Data`.
    public var data: Bytes
    /// The form of infinities and NaN.
    public var nonFinite: NonFinite
    /// The reading of an object with two members of one name.
    public var duplicates: Duplicates
    /// The deepest nesting of arrays and objects that is read; at most ``depthCeiling``.
    public var maximumDepth: Int
    /// The white space and order of what is written.
    public var format: Format
    /// What `Decoder.userInfo` and `Encoder.userInfo` return.
    public var userInfo: [CodingUserInfoKey: any Sendable]

    /// Makes a coder.
    ///
    /// - Parameters:
    ///   - keys: The relation of coding keys to the names of members.
    ///   - dates: The form of dates.
    ///   - data: The form of `Data`.
    ///   - nonFinite: The form of infinities and NaN.
    ///   - duplicates: The reading of an object with two members of one name.
    ///   - maximumDepth: The deepest nesting that is read; at most ``depthCeiling``.
    ///   - format: The white space and order of what is written.
    ///   - userInfo: What `Decoder.userInfo` and `Encoder.userInfo` return.
    public init(
        keys: Keys = .asNamed, dates: Dates = .deferredToDate, data: Bytes = .base64,
        nonFinite: NonFinite = .error, duplicates: Duplicates = .lastWins,
        maximumDepth: Int = 128, format: Format = Format(),
        userInfo: [CodingUserInfoKey: any Sendable] = [:]
    ) {
        self.keys = keys
        self.dates = dates
        self.data = data
        self.nonFinite = nonFinite
        self.duplicates = duplicates
        self.maximumDepth = maximumDepth
        self.format = format
        self.userInfo = userInfo
    }

    var scanner: JSONScanner {
        JSONScanner(
            maximumDepth: min(maximumDepth, Self.depthCeiling),
            rejectsDuplicates: duplicates == .error)
    }
}
