/// The first byte of a text that is not UTF-8, which JSON must be (RFC 8259 section 8.1).
public struct InvalidUTF8: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where the byte is, from 0.
    public let offset: Int

    /// Says which byte it is.
    public var description: String { "byte \(offset) is not UTF-8" }
}

extension [UInt8] {
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// The bytes from the first one on that is neither a byte order mark nor white space.
    private var jsonText: ArraySlice<UInt8> {
        let text =
            starts(with: Self.byteOrderMark) ? dropFirst(Self.byteOrderMark.count) : self[...]
        return text.drop { $0.isJSONWhitespace }
    }

    /// Whether there is no value at all.
    var isBlankJSON: Bool {
        // Few bodies begin with either.
        if let first, !first.isJSONWhitespace, first != Self.byteOrderMark[0] { return false }
        return jsonText.isEmpty
    }

    /// Whether the first character can be a brace, in UTF-8 or in UTF-16.
    var mayBeJSONObject: Bool {
        switch jsonText.first {
        case UInt8(ascii: "{"), 0, 0xfe, 0xff: true
        default: false
        }
    }

    /// The first byte that is not UTF-8; nil when all are, or in UTF-16, which Foundation reads.
    var firstInvalidUTF8: InvalidUTF8? {
        if starts(with: [0xfe, 0xff]) || starts(with: [0xff, 0xfe]) { return nil }
        if prefix(2).contains(0) { return nil }
        do {
            _ = try UTF8Span(validating: span)
            return nil
        } catch {
            return InvalidUTF8(offset: error.byteOffsets.lowerBound)
        }
    }
}

extension UInt8 {
    /// White space between the tokens of JSON (RFC 8259 section 2).
    var isJSONWhitespace: Bool {
        self == 0x20 || self == 0x0a || self == 0x0d || self == 0x09
    }
}
