extension JSONScanner {
    /// A string from its quote on.
    @inline(__always)
    static func string(
        _ bytes: RawSpan, _ position: inout Int, onto tape: inout JSONTape
    ) throws(ScanFault) {
        let start = position &+ 1
        var at = start
        var flags: UInt64 = 0
        while true {
            while bytes.byteCount &- at >= 8 {
                let special = specialBytes(eightBytes(bytes, at))
                if special != 0 {
                    at &+= special.trailingZeroBitCount &>> 3
                    break
                }
                at &+= 8
            }
            guard at < bytes.byteCount else {
                throw ScanFault(.unexpectedEnd, at: at, expected: .quote)
            }
            let next = byte(bytes, at)
            if next == .quote { break }
            if next >= .space && next < 0x80 && next != .backslash {
                at &+= 1
            } else {
                try special(bytes, &at, &flags)
            }
        }
        tape.append(TapeWord(.string, length: at &- start, offset: start, flags: flags))
        position = at &+ 1
    }

    @inline(never)
    private static func special(
        _ bytes: RawSpan, _ at: inout Int, _ flags: inout UInt64
    ) throws(ScanFault) {
        let next = byte(bytes, at)
        if next < .space { throw ScanFault(.controlCharacter, at: at) }
        if next == .backslash {
            flags |= TapeWord.isEscaped
            try escape(bytes, &at)
        } else {
            flags |= TapeWord.isNotASCII
            repeat {
                let length = scalarLength(bytes, at)
                guard length > 0 else { throw ScanFault(.invalidUTF8, at: at) }
                at &+= length
            } while at < bytes.byteCount && byte(bytes, at) >= 0x80
        }
    }

    /// The length of a scalar that is not ASCII; 0 when it is not well-formed (RFC 3629 §4).
    private static func scalarLength(_ bytes: RawSpan, _ at: Int) -> Int {
        let lead = byte(bytes, at)
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch lead {
        case 0xc2...0xdf: length = 2
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: length = 3
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: length = 4
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default: return 0
        }
        guard bytes.byteCount &- at >= length, second.contains(byte(bytes, at &+ 1)) else {
            return 0
        }
        if length > 2, byte(bytes, at &+ 2) & 0xc0 != 0x80 { return 0 }
        if length > 3, byte(bytes, at &+ 3) & 0xc0 != 0x80 { return 0 }
        return length
    }

    private static func escape(_ bytes: RawSpan, _ at: inout Int) throws(ScanFault) {
        guard bytes.byteCount &- at > 1 else {
            throw ScanFault(.unexpectedEnd, at: bytes.byteCount)
        }
        switch byte(bytes, at &+ 1) {
        case .quote, .backslash, .slash, 0x62, 0x66, 0x6e, 0x72, 0x74: at &+= 2
        case .lowerU:
            let start = at
            let unit = try escapedUnit(bytes, at)
            at &+= 6
            guard unit & 0xf800 == 0xd800 else { return }
            guard unit < 0xdc00, bytes.byteCount &- at >= 2, byte(bytes, at) == .backslash,
                byte(bytes, at &+ 1) == .lowerU
            else {
                throw ScanFault(.unpairedSurrogate, at: start)
            }
            guard try escapedUnit(bytes, at) & 0xfc00 == 0xdc00 else {
                throw ScanFault(.unpairedSurrogate, at: start, expected: .lowSurrogate)
            }
            at &+= 6
        default: throw ScanFault(.invalidEscape, at: at)
        }
    }

    /// The value of the digits behind `\u`.
    private static func escapedUnit(_ bytes: RawSpan, _ at: Int) throws(ScanFault) -> UInt16 {
        var unit: UInt16 = 0
        for index in at &+ 2..<at &+ 6 {
            guard index < bytes.byteCount else {
                throw ScanFault(.unexpectedEnd, at: index, expected: .hexDigit)
            }
            guard let digit = hexDigit(byte(bytes, index)) else {
                throw ScanFault(.invalidEscape, at: index, expected: .hexDigit)
            }
            unit = unit &<< 4 | UInt16(digit)
        }
        return unit
    }

    /// A number (RFC 8259 §6).
    @inline(__always)
    static func number(
        _ bytes: RawSpan, _ position: inout Int, onto tape: inout JSONTape
    ) throws(ScanFault) {
        let start = position
        var at = start
        var kind = JSONKind.integer
        if byte(bytes, at) == .minus { at &+= 1 }
        if at < bytes.byteCount, byte(bytes, at) == .zero {
            at &+= 1
        } else {
            try digits(bytes, &at)
        }
        if at < bytes.byteCount, byte(bytes, at) == .point {
            kind = .real
            at &+= 1
            try digits(bytes, &at)
        }
        if at < bytes.byteCount, byte(bytes, at) | 0x20 == .lowerE {
            kind = .real
            at &+= 1
            if at < bytes.byteCount, byte(bytes, at) == .plus || byte(bytes, at) == .minus {
                at &+= 1
            }
            try digits(bytes, &at)
        }
        tape.append(TapeWord(kind, length: at &- start, offset: start))
        position = at
    }

    @inline(__always)
    private static func digits(_ bytes: RawSpan, _ at: inout Int) throws(ScanFault) {
        let start = at
        while at < bytes.byteCount, byte(bytes, at).isDigit { at &+= 1 }
        guard at > start else {
            throw ScanFault(
                at < bytes.byteCount ? .unexpectedByte : .unexpectedEnd, at: at, expected: .digit)
        }
    }
}

func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte &- 0x30
    case 0x41...0x46: byte &- 0x37
    case 0x61...0x66: byte &- 0x57
    default: nil
    }
}
