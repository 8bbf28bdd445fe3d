/// The first line of a response (RFC 9112 section 4).
///
/// `HTTP/1.x SP 3DIGIT SP [reason]`; a missing last space is common and harmless.
struct StatusLine {
    let minorVersion: UInt8
    /// 100 to 599.
    let status: Int

    // `HTTP/1.x NNN` and CR LF.
    private static let sizeWithoutReason = 14

    /// Reads a line at a position and moves past it; nil when its end is not there.
    @inline(__always)
    init?(_ bytes: RawSpan, from position: inout Int) throws(HTTPParseError) {
        if let line = Self(usual: bytes, from: &position) {
            self = line
        } else {
            try self.init(any: bytes, from: &position)
        }
    }

    /// Reads a valid line in one pass; nil when it is not one, or not complete.
    @inline(__always)
    private init?(usual bytes: RawSpan, from position: inout Int) {
        let start = position
        guard bytes.byteCount &- start >= Self.sizeWithoutReason else { return nil }
        // `unsafeLoadUnaligned` checks the bounds; every bit pattern is a UInt64.
        let version = UInt64(
            bigEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        // `HTTP/1.0`, whose last bit is the minor version's.
        guard version | 1 == 0x4854_5450_2f31_2e31, bytes[start &+ 8] == .space else { return nil }
        let hundreds = bytes[start &+ 9].digitValue
        let tens = bytes[start &+ 10].digitValue
        let ones = bytes[start &+ 11].digitValue
        guard hundreds >= 1, hundreds <= 5, tens <= 9, ones <= 9 else { return nil }
        let textEnd =
            bytes[start &+ 12] == .space ? bytes.endOfFieldText(from: start &+ 13) : start &+ 12
        guard textEnd < bytes.byteCount, let end = bytes.lineEnd(at: textEnd) else { return nil }
        minorVersion = UInt8(version & 1)
        status = Int(hundreds) &* 100 &+ Int(tens) &* 10 &+ Int(ones)
        position = end
    }

    /// Reads any line, to tell what is wrong with it.
    @inline(never)
    private init?(any bytes: RawSpan, from position: inout Int) throws(HTTPParseError) {
        guard let line = bytes.line(at: &position, within: position..<bytes.byteCount) else {
            return nil
        }
        guard line.count >= 12, bytes[line.lowerBound + 8] == .space else {
            throw .invalidStatusLine
        }
        let start = line.lowerBound
        minorVersion = try bytes.minorVersion(at: start, orElse: .invalidStatusLine)
        var status = 0
        for position in start + 9..<start + 12 {
            guard bytes[position].isDigit else { throw .invalidStatusCode }
            status = status * 10 + Int(bytes[position].digitValue)
        }
        guard (100...599).contains(status) else { throw .invalidStatusCode }
        guard line.count == 12 || bytes[start + 12] == .space else { throw .invalidStatusLine }
        for position in start + 12..<line.upperBound
        where !bytes[position].isFieldValueCharacter {
            throw .invalidStatusLine
        }
        self.status = status
    }
}

extension RawSpan {
    /// Reads `HTTP/1.0` or `HTTP/1.1`.
    func minorVersion(
        at position: Int, orElse error: HTTPParseError
    ) throws(HTTPParseError) -> UInt8 {
        guard byteCount - position >= 8 else { throw error }
        let name: StaticString = "HTTP/"
        // The name has these five bytes, for good.
        for offset in 0..<5 where unsafe self[position + offset] != name.utf8Start[offset] {
            throw error
        }
        let major = self[position + 5]
        let minor = self[position + 7]
        guard major.isDigit, self[position + 6] == UInt8(ascii: "."), minor.isDigit else {
            throw error
        }
        guard major == UInt8(ascii: "1"), minor <= UInt8(ascii: "1") else {
            throw .unsupportedVersion
        }
        return minor.digitValue
    }
}
