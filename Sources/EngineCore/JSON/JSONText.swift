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

    /// The text in UTF-8 when it is in UTF-16; nil otherwise. JSON begins with an ASCII character.
    var textOfUTF16: [UInt8]? {
        guard count.isMultiple(of: 2), count >= 2 else { return nil }
        let isBigEndian: Bool
        switch (self[0], self[1]) {
        case (0xfe, 0xff), (0, 1...): isBigEndian = true
        case (0xff, 0xfe), (1..., 0): isBigEndian = false
        default: return nil
        }
        let units = stride(from: 0, to: count, by: 2).map { offset in
            let (first, second) = (UInt16(self[offset]), UInt16(self[offset + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// The first byte that is not UTF-8; nil when all are.
    var firstInvalidUTF8: InvalidUTF8? {
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
