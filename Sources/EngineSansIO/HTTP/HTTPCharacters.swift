extension UInt8 {
    package static let lineFeed = UInt8(ascii: "\n")
    package static let carriageReturn = UInt8(ascii: "\r")
    package static let space = UInt8(ascii: " ")
    package static let tab = UInt8(ascii: "\t")
    package static let colon = UInt8(ascii: ":")
    package static let comma = UInt8(ascii: ",")
    package static let semicolon = UInt8(ascii: ";")

    /// Space or tab (OWS, RFC 9110 section 5.6.3).
    @inline(__always)
    package var isHTTPWhitespace: Bool { self == .space || self == .tab }

    /// A character of a method or a field name (`tchar`, RFC 9110 section 5.6.2).
    @inline(__always)
    package var isTokenCharacter: Bool {
        // One bit per ASCII character: !#$%&'*+-.^_`|~, digits and letters.
        let low: UInt64 = 0x03ff_6cfa_0000_0000
        let high: UInt64 = 0x57ff_ffff_c7ff_fffe
        guard self < 128 else { return false }
        return (self < 64 ? low >> UInt64(self) : high >> UInt64(self - 64)) & 1 == 1
    }

    /// A character of a field value or a reason phrase: VCHAR, obs-text, space and tab
    /// (RFC 9110 section 5.5).
    @inline(__always)
    package var isFieldValueCharacter: Bool {
        self >= .space ? self != 0x7f : self == .tab
    }

    /// A visible ASCII character, as a request target has it.
    @inline(__always)
    package var isVisibleASCII: Bool { self > .space && self < 0x7f }

    @inline(__always)
    package var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    @inline(__always)
    package var digitValue: UInt8 { self &- UInt8(ascii: "0") }

    @inline(__always)
    package var hexDigitValue: UInt8? {
        if isDigit { return digitValue }
        let place = (self | 0x20) &- UInt8(ascii: "a")
        return place < 6 ? place &+ 10 : nil
    }

    @inline(__always)
    package var asciiLowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}
