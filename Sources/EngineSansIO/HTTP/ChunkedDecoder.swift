/// Takes a body out of the chunked transfer coding (RFC 9112 section 7.1).
///
/// Lines of the coding itself end in CR LF and nothing else: tolerance here is how requests and
/// responses get out of step.
struct ChunkedDecoder: Sendable {
    // Which number a case's bytes add to or count down is in `size`.
    private enum State {
        /// Before the first digit. Can become `sizeDigits`.
        case sizeStart
        /// Can become `extensionSpace`, `chunkExtension` or `sizeLineFeed`.
        case sizeDigits
        /// White space before a semicolon. Can become `chunkExtension`.
        case extensionSpace
        /// Skipped to the CR. Can become `sizeLineFeed`.
        case chunkExtension
        /// Can become `data` or `trailers`.
        case sizeLineFeed
        /// Can become `dataReturn`.
        case data
        /// Can become `dataLineFeed`.
        case dataReturn
        /// Can become `sizeStart`.
        case dataLineFeed
        /// Final: the trailer section is not read here.
        case trailers
    }

    // CR LF, fifteen digits and CR LF: no more is read without asking whether it is there.
    private static let delimiterSize = 19

    private var state = State.sizeStart
    private var size = 0
    private var overhead = 0
    private let overheadLimit: Int

    init(limits: HTTPLimits) {
        overheadLimit = limits.headSize
    }

    /// Takes the next step; the coding itself is over with `trailers`.
    @inline(__always)
    mutating func next(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> BodyEvent {
        skipDelimiter(input, from: &offset)
        while true {
            switch state {
            case .trailers:
                return .trailers
            case .data:
                let taken = min(size, input.byteCount &- offset)
                guard taken > 0 else { return .needMore }
                offset &+= taken
                size &-= taken
                if size == 0 { state = .dataReturn }
                return .data(offset &- taken..<offset)
            default:
                guard offset < input.byteCount else { return .needMore }
                state = try after(input[offset])
                offset &+= 1
            }
        }
    }

    /// Skips what stands between two chunks at once, if it is all there and as most peers send it;
    /// otherwise does nothing.
    @inline(__always)
    private mutating func skipDelimiter(_ input: RawSpan, from offset: inout Int) {
        guard input.byteCount &- offset >= Self.delimiterSize else { return }
        var position = offset
        if state == .dataReturn {
            guard input.hasLineEnd(at: position) else { return }
            position &+= 2
        } else if state != .sizeStart {
            return
        }
        // Leading zeros are counted elsewhere, and the last chunk is one.
        guard input[position] != UInt8(ascii: "0") else { return }
        var size = 0
        let digitsEnd = position &+ 15
        while position < digitsEnd, let digit = input[position].hexDigitValue {
            size = size &<< 4 | Int(digit)
            position &+= 1
        }
        guard size > 0, input.hasLineEnd(at: position) else { return }
        self.size = size
        state = .data
        offset = position &+ 2
    }

    private mutating func after(_ byte: UInt8) throws(HTTPParseError) -> State {
        switch state {
        case .sizeStart:
            guard let digit = byte.hexDigitValue else { throw .invalidChunkSize }
            size = Int(digit)
            return .sizeDigits
        case .sizeDigits:
            return try afterSize(byte)
        case .extensionSpace:
            try countOverhead(orElse: .invalidChunkExtension)
            if byte == .semicolon { return .chunkExtension }
            guard byte.isHTTPWhitespace else { throw .invalidChunkSize }
            return .extensionSpace
        case .chunkExtension:
            if byte == .carriageReturn { return .sizeLineFeed }
            try countOverhead(orElse: .invalidChunkExtension)
            guard byte.isFieldValueCharacter else { throw .invalidChunkExtension }
            return .chunkExtension
        case .sizeLineFeed:
            guard byte == .lineFeed else { throw .invalidChunkSize }
            return size == 0 ? .trailers : .data
        case .dataReturn:
            guard byte == .carriageReturn else { throw .invalidChunkDelimiter }
            return .dataLineFeed
        case .dataLineFeed:
            guard byte == .lineFeed else { throw .invalidChunkDelimiter }
            return .sizeStart
        case .data, .trailers:
            return state
        }
    }

    private mutating func afterSize(_ byte: UInt8) throws(HTTPParseError) -> State {
        if let digit = byte.hexDigitValue {
            if size == 0 { try countOverhead(orElse: .invalidChunkSize) }
            guard size <= (Int.max - Int(digit)) >> 4 else { throw .invalidChunkSize }
            size = size << 4 + Int(digit)
            return .sizeDigits
        }
        switch byte {
        case .carriageReturn: return .sizeLineFeed
        case .semicolon: return .chunkExtension
        case .space, .tab: return .extensionSpace
        default: throw .invalidChunkSize
        }
    }

    // Extensions and leading zeros, counted over the whole body: they would cost without end.
    private mutating func countOverhead(orElse error: HTTPParseError) throws(HTTPParseError) {
        overhead += 1
        guard overhead <= overheadLimit else { throw error }
    }
}

extension RawSpan {
    @inline(__always)
    fileprivate func hasLineEnd(at position: Int) -> Bool {
        // `unsafeLoadUnaligned` checks the bounds; every bit pattern is a UInt16.
        let pair = unsafe unsafeLoadUnaligned(fromByteOffset: position, as: UInt16.self)
        return UInt16(littleEndian: pair) == 0x0a0d
    }
}
