extension RawSpan {
    /// One byte; out of bounds traps.
    @inline(__always)
    package subscript(position: Int) -> UInt8 {
        // `unsafeLoad` checks the bounds; every bit pattern is a UInt8.
        unsafe unsafeLoad(fromByteOffset: position, as: UInt8.self)
    }

    /// Where `byte` stands first in `range`, eight bytes at a time.
    package func firstPosition(of byte: UInt8, in range: Range<Int>) -> Int? {
        let pattern = UInt64(repeating: byte)
        var position = range.lowerBound
        while range.upperBound - position >= 8 {
            // `unsafeLoadUnaligned` checks the bounds; every bit pattern is a UInt64.
            let word = unsafe unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let matches = (UInt64(littleEndian: word) ^ pattern).zeroBytes
            if matches != 0 { return position + matches.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < range.upperBound {
            if self[position] == byte { return position }
            position += 1
        }
        return nil
    }

    /// Whether the bytes in `range` are `text` in any ASCII case.
    ///
    /// - Parameters:
    ///   - text: Lower-case letters, spaces, commas, hyphens and equals signs.
    ///   - range: Characters of a field's name or value: setting the bit that tells the cases apart
    ///     makes those of no others, as control characters but tab are none.
    @inline(__always)
    func equalsIgnoringCase(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        if range.count >= 8 { return equalsIgnoringCase(text, in: range, by: UInt64.self) }
        if range.count >= 4 { return equalsIgnoringCase(text, in: range, by: UInt32.self) }
        return equalsIgnoringCase(text, in: range, by: UInt8.self)
    }

    /// Compares words, the last of which may overlap the one before it.
    @inline(__always)
    private func equalsIgnoringCase<Word: FixedWidthInteger & BitwiseCopyable>(
        _ text: StaticString, in range: Range<Int>, by word: Word.Type
    ) -> Bool {
        let size = MemoryLayout<Word>.size
        var offset = 0
        while offset < range.count {
            offset = min(offset, range.count - size)
            if foldedWord(at: range.lowerBound + offset, as: word)
                != text.word(at: offset, as: word)
            {
                return false
            }
            offset += size
        }
        return true
    }

    @inline(__always)
    private func foldedWord<Word: FixedWidthInteger & BitwiseCopyable>(
        at position: Int, as type: Word.Type
    ) -> Word {
        // `unsafeLoadUnaligned` checks the bounds; every bit pattern is an integer.
        let word = unsafe unsafeLoadUnaligned(fromByteOffset: position, as: type)
        return word | Word(truncatingIfNeeded: 0x2020_2020_2020_2020 as UInt64)
    }

    /// The range without spaces and tabs at its ends (OWS, RFC 9110 section 5.6.3).
    @inline(__always)
    package func trimmingWhitespace(in range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower].isHTTPWhitespace { lower += 1 }
        while lower < upper, self[upper - 1].isHTTPWhitespace { upper -= 1 }
        return lower..<upper
    }

    /// The bytes of a range as text; what is not UTF-8 is replaced.
    package func text(in range: Range<Int>) -> String {
        let part = extracting(range)
        // The bytes are copied while they are borrowed.
        return unsafe part.withUnsafeBytes { bytes in unsafe String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension Array where Element == UInt8 {
    /// Adds a range of borrowed bytes.
    package mutating func append(_ bytes: RawSpan, in range: Range<Int>) {
        let part = bytes.extracting(range)
        // The bytes are copied while they are borrowed.
        unsafe part.withUnsafeBytes { bytes in unsafe self.append(contentsOf: bytes) }
    }

    /// Borrows the elements as raw bytes.
    @inline(__always)
    package func withRawSpan<Success, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Success
    ) throws(Failure) -> Success {
        // Initialized bytes have no padding that a raw view could leak.
        try body(unsafe span.bytes)
    }
}

extension UInt64 {
    fileprivate init(repeating byte: UInt8) {
        self = UInt64(byte) &* 0x0101_0101_0101_0101
    }

    /// The high bit of the lowest byte that is zero, and possibly of later bytes.
    fileprivate var zeroBytes: UInt64 {
        (self &- 0x0101_0101_0101_0101) & ~self & 0x8080_8080_8080_8080
    }
}

extension StaticString {
    /// The bytes from an offset on; out of bounds traps.
    @inline(__always)
    fileprivate func word<Word: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Word.Type
    ) -> Word {
        precondition(offset >= 0 && utf8CodeUnitCount - offset >= MemoryLayout<Word>.size)
        // The bounds have been checked; every bit pattern is an integer.
        return unsafe UnsafeRawPointer(utf8Start).loadUnaligned(fromByteOffset: offset, as: type)
    }
}
