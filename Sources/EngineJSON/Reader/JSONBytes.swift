extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let plus: UInt8 = 0x2b
    static let comma: UInt8 = 0x2c
    static let minus: UInt8 = 0x2d
    static let point: UInt8 = 0x2e
    static let slash: UInt8 = 0x2f
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3a
    static let openBracket: UInt8 = 0x5b
    static let backslash: UInt8 = 0x5c
    static let closeBracket: UInt8 = 0x5d
    static let lowerE: UInt8 = 0x65
    static let lowerU: UInt8 = 0x75
    static let openBrace: UInt8 = 0x7b
    static let closeBrace: UInt8 = 0x7d

    @inline(__always)
    var isDigit: Bool { self &- .zero <= 9 }
}

/// A byte whose offset the caller has checked.
@inline(__always)
func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
    assert(offset >= 0 && offset < bytes.byteCount)
    // Each caller compares the offset with `byteCount` first; a second check costs a tenth.
    return unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
}

/// Eight bytes, the first the lowest, whose last offset the caller has checked.
@inline(__always)
func eightBytes(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
    assert(offset >= 0 && offset + 8 <= bytes.byteCount)
    // As above.
    let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    return UInt64(littleEndian: word)
}

/// Four bytes, the first the lowest, whose last offset the caller has checked.
@inline(__always)
func fourBytes(_ bytes: RawSpan, _ offset: Int) -> UInt32 {
    assert(offset >= 0 && offset + 4 <= bytes.byteCount)
    // As above.
    let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)
    return UInt32(littleEndian: word)
}

/// Marks the bytes that can't be copied as they are: quotes, backslashes and control characters; and
/// those that are not ASCII. A mark is the byte's top bit; those after the first may be wrong.
@inline(__always)
func specialBytes(_ word: UInt64) -> UInt64 {
    let quotes = word ^ 0x2222_2222_2222_2222
    let backslashes = word ^ 0x5c5c_5c5c_5c5c_5c5c
    let hits =
        (quotes &- 0x0101_0101_0101_0101) | (backslashes &- 0x0101_0101_0101_0101)
        | (word &- 0x2020_2020_2020_2020) | word
    return hits & 0x8080_8080_8080_8080
}
