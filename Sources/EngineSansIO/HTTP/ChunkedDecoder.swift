/// Takes a body out of the chunked transfer coding (RFC 9112 section 7.1).
///
/// Lines of the coding itself end in CR LF and nothing else: tolerance here is how requests and
/// responses get out of step.
struct ChunkedDecoder {
    private enum State {
        /// Before the first digit. Can become `sizeDigits`.
        case sizeStart
        /// Can become `extensionSpace`, `chunkExtension` or `sizeLineFeed`.
        case sizeDigits(Int)
        /// White space before a semicolon. Can become `chunkExtension`.
        case extensionSpace(Int)
        /// Skipped to the CR. Can become `sizeLineFeed`.
        case chunkExtension(Int)
        /// Can become `data` or `trailers`.
        case sizeLineFeed(Int)
        /// Can become `dataReturn`.
        case data(Int)
        /// Can become `dataLineFeed`.
        case dataReturn
        /// Can become `sizeStart`.
        case dataLineFeed
        /// Can become `complete`.
        case trailers
        /// Final.
        case complete
    }

    private var state = State.sizeStart
    private var trailerBuffer: HeadBuffer
    private var overhead = 0
    private let limits: HTTPLimits
    private(set) var trailers = HeaderFields()

    init(limits: HTTPLimits) {
        self.limits = limits
        trailerBuffer = HeadBuffer(limit: limits.headSize)
    }

    var isComplete: Bool {
        if case .complete = state { true } else { false }
    }

    mutating func next(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> BodyEvent {
        while true {
            switch state {
            case .complete:
                return .end
            case .trailers:
                guard try nextTrailers(input, from: &offset) else { return .needMore }
            case .data(let remaining):
                let taken = min(remaining, input.byteCount - offset)
                guard taken > 0 else { return .needMore }
                offset += taken
                state = taken == remaining ? .dataReturn : .data(remaining - taken)
                return .data(offset - taken..<offset)
            default:
                guard offset < input.byteCount else { return .needMore }
                state = try after(input[offset])
                offset += 1
            }
        }
    }

    // Fields of the trailer section describe nothing that was framed: they are kept apart.
    private mutating func nextTrailers(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> Bool {
        let limits = limits
        let section = try trailerBuffer.next(input, from: &offset) {
            bytes, range throws(HTTPParseError) in
            try FieldSection(bytes, range, limits: limits)
        }
        guard let section else { return false }
        trailers = section.fields
        state = .complete
        return true
    }

    private mutating func after(_ byte: UInt8) throws(HTTPParseError) -> State {
        switch state {
        case .sizeStart:
            guard let digit = byte.hexDigitValue else { throw .invalidChunkSize }
            return .sizeDigits(Int(digit))
        case .sizeDigits(let size):
            return try afterSize(size, byte)
        case .extensionSpace(let size):
            try countOverhead(orElse: .invalidChunkExtension)
            if byte == .semicolon { return .chunkExtension(size) }
            guard byte.isHTTPWhitespace else { throw .invalidChunkSize }
            return .extensionSpace(size)
        case .chunkExtension(let size):
            if byte == .carriageReturn { return .sizeLineFeed(size) }
            try countOverhead(orElse: .invalidChunkExtension)
            guard byte.isFieldValueCharacter else { throw .invalidChunkExtension }
            return .chunkExtension(size)
        case .sizeLineFeed(let size):
            guard byte == .lineFeed else { throw .invalidChunkSize }
            return size == 0 ? .trailers : .data(size)
        case .dataReturn:
            guard byte == .carriageReturn else { throw .invalidChunkDelimiter }
            return .dataLineFeed
        case .dataLineFeed:
            guard byte == .lineFeed else { throw .invalidChunkDelimiter }
            return .sizeStart
        case .data, .trailers, .complete:
            return state
        }
    }

    private mutating func afterSize(_ size: Int, _ byte: UInt8) throws(HTTPParseError) -> State {
        if let digit = byte.hexDigitValue {
            if size == 0 { try countOverhead(orElse: .invalidChunkSize) }
            guard size <= (Int.max - Int(digit)) >> 4 else { throw .invalidChunkSize }
            return .sizeDigits(size << 4 + Int(digit))
        }
        switch byte {
        case .carriageReturn: return .sizeLineFeed(size)
        case .semicolon: return .chunkExtension(size)
        case .space, .tab: return .extensionSpace(size)
        default: throw .invalidChunkSize
        }
    }

    // Extensions and leading zeros, counted over the whole body: they would cost without end.
    private mutating func countOverhead(orElse error: HTTPParseError) throws(HTTPParseError) {
        overhead += 1
        guard overhead <= limits.headSize else { throw error }
    }
}
