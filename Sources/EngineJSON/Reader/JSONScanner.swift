/// Reads a document once from front to back and notes each value on a tape (RFC 8259, strictly).
///
/// Nesting costs no stack: an open container's second word holds its parent. The time is linear in the
/// size, apart from searching large objects for duplicates where these are rejected, which hashes.
struct JSONScanner {
    /// The deepest nesting that is accepted.
    let maximumDepth: Int
    let rejectsDuplicates: Bool

    /// The first byte behind a byte order mark.
    static func startOffset(of bytes: RawSpan) -> Int {
        let hasMark =
            bytes.byteCount >= 3 && byte(bytes, 0) == 0xef && byte(bytes, 1) == 0xbb
            && byte(bytes, 2) == 0xbf
        return hasMark ? 3 : 0
    }

    /// Notes the values of a document behind a word that is null, so that the root has index 1.
    func scan(_ bytes: RawSpan, onto tape: inout JSONTape) throws(ScanFault) {
        let end = bytes.byteCount
        guard end < TapeWord.limit else { throw ScanFault(.sizeLimit, at: 0) }
        tape.append(TapeWord(.null, length: 0, offset: 0))
        var position = Self.startOffset(of: bytes)
        // The innermost open container; 0 for none.
        var open = 0
        var isObject = false
        var count = 0
        var depth = 0
        while true {
            skipSpace(bytes, &position)
            guard position < end else { throw Self.missing(.value, position) }
            let first = byte(bytes, position)
            switch first {
            case .quote:
                try JSONScanner.string(bytes, &position, onto: &tape)
            case .openBrace, .openBracket:
                depth &+= 1
                guard depth <= maximumDepth else { throw ScanFault(.depthLimit, at: position) }
                if open != 0 {
                    tape[open] = TapeWord(isObject ? .object : .array, length: count, offset: 0)
                }
                let parent = open
                open = tape.count
                isObject = first == .openBrace
                count = 0
                tape.append(TapeWord(isObject ? .object : .array, length: 0, offset: 0))
                tape.append(TapeWord(.null, length: 0, offset: parent))
                position &+= 1
                skipSpace(bytes, &position)
                guard position < end else {
                    throw Self.missing(isObject ? .nameOrEnd : .valueOrBracket, position)
                }
                if byte(bytes, position) != first &+ 2 {
                    if isObject { try name(bytes, &position, .nameOrEnd, onto: &tape) }
                    continue
                }
                // Closed below, as if an element had just ended.
                count = -1
            case .minus, 0x30...0x39:
                try Self.number(bytes, &position, onto: &tape)
            default:
                try literal(bytes, &position, open == 0 || isObject || count > 0, onto: &tape)
            }
            // Behind a value: its container goes on or ends, and with it perhaps others.
            while true {
                skipSpace(bytes, &position)
                if open == 0 {
                    guard position == end else {
                        throw ScanFault(.unexpectedByte, at: position, expected: .endOfInput)
                    }
                    return
                }
                count &+= 1
                guard position < end else {
                    throw Self.missing(isObject ? .commaOrBrace : .commaOrBracket, position)
                }
                let separator = byte(bytes, position)
                if separator == .comma {
                    position &+= 1
                    if isObject {
                        skipSpace(bytes, &position)
                        guard position < end else { throw Self.missing(.name, position) }
                        try name(bytes, &position, .name, onto: &tape)
                    }
                    break
                }
                guard separator == (isObject ? .closeBrace : .closeBracket) else {
                    throw ScanFault(
                        .unexpectedByte, at: position,
                        expected: isObject ? .commaOrBrace : .commaOrBracket)
                }
                let parent = tape[open &+ 1].offset
                tape[open] = TapeWord(
                    isObject ? .object : .array, length: count, offset: tape.count)
                tape[open &+ 1] = TapeWord(.null, length: 0, offset: open &+ 2)
                if rejectsDuplicates, isObject, count > 1,
                    let duplicate = tape.firstDuplicate(in: open, bytes)
                {
                    // The quote before the name.
                    throw ScanFault(.duplicateName, at: tape[duplicate &- 1].offset &- 1)
                }
                position &+= 1
                depth &-= 1
                open = parent
                if parent != 0 {
                    let outer = tape[parent]
                    isObject = outer.kind == .object
                    count = outer.length
                }
            }
        }
    }

    private static func missing(_ expected: ScanFault.Expectation, _ offset: Int) -> ScanFault {
        ScanFault(.unexpectedEnd, at: offset, expected: expected)
    }

    @inline(__always)
    private func skipSpace(_ bytes: RawSpan, _ position: inout Int) {
        while position < bytes.byteCount {
            let next = byte(bytes, position)
            guard next <= .space,
                next == .space || next == .lineFeed || next == .carriageReturn || next == .tab
            else { return }
            position &+= 1
        }
    }

    /// A member's name and the colon.
    @inline(__always)
    private func name(
        _ bytes: RawSpan, _ position: inout Int, _ expected: ScanFault.Expectation,
        onto tape: inout JSONTape
    ) throws(ScanFault) {
        guard byte(bytes, position) == .quote else {
            throw ScanFault(.unexpectedByte, at: position, expected: expected)
        }
        try JSONScanner.string(bytes, &position, onto: &tape)
        skipSpace(bytes, &position)
        guard position < bytes.byteCount else { throw Self.missing(.colon, position) }
        guard byte(bytes, position) == .colon else {
            throw ScanFault(.unexpectedByte, at: position, expected: .colon)
        }
        position &+= 1
    }

    @inline(__always)
    private func literal(
        _ bytes: RawSpan, _ position: inout Int, _ needsValue: Bool, onto tape: inout JSONTape
    ) throws(ScanFault) {
        let first = byte(bytes, position)
        // The last four bytes of a literal tell it from others when its first byte is known.
        let (kind, length, tail): (JSONKind, Int, UInt32) =
            switch first {
            case 0x74: (.yes, 4, 0x6575_7274)
            case 0x66: (.no, 5, 0x6573_6c61)
            default: (.null, 4, 0x6c6c_756e)
            }
        guard first == 0x74 || first == 0x66 || first == 0x6e,
            bytes.byteCount &- position >= length,
            fourBytes(bytes, position &+ length &- 4) == tail
        else { throw literalFault(bytes, position, needsValue) }
        position &+= length
        tape.append(TapeWord(kind, length: 0, offset: 0))
    }

    /// The first byte that differs from the literal that the first one begins.
    @inline(never)
    private func literalFault(_ bytes: RawSpan, _ start: Int, _ needsValue: Bool) -> ScanFault {
        let text: StaticString
        switch byte(bytes, start) {
        case 0x74: text = "true"
        case 0x66: text = "false"
        case 0x6e: text = "null"
        default:
            return ScanFault(
                .unexpectedByte, at: start, expected: needsValue ? .value : .valueOrBracket)
        }
        var position = start
        for index in 0..<text.utf8CodeUnitCount {
            guard position < bytes.byteCount else { break }
            // The index is below the literal's count.
            guard unsafe byte(bytes, position) == text.utf8Start[index] else {
                return ScanFault(.unexpectedByte, at: position, expected: .literal)
            }
            position += 1
        }
        return Self.missing(.literal, position)
    }
}
