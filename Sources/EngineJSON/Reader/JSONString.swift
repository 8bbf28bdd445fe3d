/// Strings out of the text of a document.
enum JSONString {
    /// The string of a range that the scanner accepted, with its escapes replaced.
    static func text(in bytes: RawSpan, _ range: Range<Int>) -> String {
        let part = bytes.extracting(range)
        return unsafe part.withUnsafeBytes { buffer in
            // A buffer without a base is empty, and then the text is.
            guard let base = buffer.baseAddress else { return "" }
            return unsafe text(base, count: buffer.count, flags: TapeWord.isEscaped)
        }
    }

    /// The string of a text that the scanner accepted.
    ///
    /// - Parameter flags: The flags of the text's word.
    @inline(__always)
    static func text(_ base: UnsafeRawPointer, count: Int, flags: UInt64) -> String {
        if flags & TapeWord.isEscaped != 0 { return unsafe unescaped(base, count) }
        // The scanner has checked that it is UTF-8.
        let units = unsafe Span<UInt8>(
            _unsafeStart: base.assumingMemoryBound(to: UInt8.self), count: count)
        return String(
            copying: unsafe UTF8Span(
                unchecked: units, isKnownASCII: flags & TapeWord.isNotASCII == 0))
    }

    @inline(never)
    private static func unescaped(_ base: UnsafeRawPointer, _ count: Int) -> String {
        // No escape is shorter than what it stands for.
        unsafe String(unsafeUninitializedCapacity: count) { output in
            var length = 0
            unsafe unescape(base, count) { byte in
                unsafe output.initializeElement(at: length, to: byte)
                length += 1
                return true
            }
            return length
        }
    }

    /// Whether the text with its escapes replaced has these bytes.
    @inline(never)
    static func isEqual(
        _ base: UnsafeRawPointer, _ count: Int, to name: UnsafeRawBufferPointer
    ) -> Bool {
        var matched = 0
        let isPrefix = unsafe unescape(base, count) { byte in
            guard unsafe matched < name.count && name[matched] == byte else { return false }
            matched += 1
            return true
        }
        return isPrefix && matched == name.count
    }

    /// Calls `body` with each byte of the UTF-8 until it returns false; the result is the last one.
    @inline(__always) @discardableResult
    private static func unescape(
        _ base: UnsafeRawPointer, _ count: Int, _ body: (UInt8) -> Bool
    ) -> Bool {
        var at = 0
        func unit() -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<4 {
                // The scanner has seen four digits behind each `\u`.
                let digit = unsafe hexDigit(base.load(fromByteOffset: at, as: UInt8.self)) ?? 0
                value = value << 4 | UInt32(digit)
                at += 1
            }
            return value
        }
        while at < count {
            // The index is below the count, and a backslash is never the last byte.
            let byte = unsafe base.load(fromByteOffset: at, as: UInt8.self)
            at += 1
            guard byte == .backslash else {
                guard body(byte) else { return false }
                continue
            }
            // As above.
            let escape = unsafe base.load(fromByteOffset: at, as: UInt8.self)
            at += 1
            var scalar: UInt32
            switch escape {
            case 0x62: scalar = 0x08
            case 0x66: scalar = 0x0c
            case 0x6e: scalar = 0x0a
            case 0x72: scalar = 0x0d
            case 0x74: scalar = 0x09
            case .lowerU:
                scalar = unit()
                if scalar & 0xfc00 == 0xd800 {
                    at += 2
                    scalar = 0x1_0000 + ((scalar & 0x3ff) << 10 | unit() & 0x3ff)
                }
            default: scalar = UInt32(escape)
            }
            for byte in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{fffd}") ?? .init() {
                guard body(byte) else { return false }
            }
        }
        return true
    }
}
