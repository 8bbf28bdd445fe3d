/// A step through a message.
package enum MessageEvent<Head: Hashable & Sendable>: Hashable, Sendable {
    /// The input is used up; feed more, or tell of the end of the connection.
    case needMore
    /// The head; for a response that of the final one.
    case head(Head)
    /// Bytes of the body, as a range of the input.
    case body(Range<Int>)
    /// The message is complete; bytes left in the input do not belong to it.
    case end
}

/// What request and response parsers share: a head, then a body, then the end.
///
/// Its state is flat and without references but to the bytes it keeps: a step through a body counts
/// no reference and copies nothing.
struct MessageMachine<Head: Hashable & Sendable>: Sendable {
    private enum State {
        /// Can become `body` or `failed`.
        case head
        /// Can become `trailers`, `ended` or `failed`.
        case body
        /// Can become `ended` or `failed`.
        case trailers
        /// Can become `head` through `start`.
        case ended
        /// Final.
        case failed
    }

    private var state: State
    private var body: BodyDecoder
    private var limits: HTTPLimits
    private var failure = HTTPParseError.truncated
    private var buffer: HeadBuffer
    private var section: FieldSection

    /// The trailers of the message that ended last.
    private(set) var trailers = HeaderFields()

    /// - Parameter unfolds: Whether a field that goes on on the next line is read.
    init(limits: HTTPLimits, isStarted: Bool, unfolds: Bool) {
        self.limits = limits
        state = isStarted ? .head : .ended
        body = BodyDecoder(limits: limits)
        buffer = HeadBuffer(limit: limits.headSize)
        section = FieldSection(unfolds: unfolds)
    }

    /// Gets ready for the next message; answers whether the last one had ended.
    mutating func start(bodyLimit: Int) -> Bool {
        guard state == .ended else { return false }
        state = .head
        limits.bodySize = bodyLimit
        if !trailers.isEmpty { trailers = HeaderFields() }
        return true
    }

    /// Hands over the trailers of the message that ended last.
    mutating func takeTrailers() -> HeaderFields {
        defer { if !trailers.isEmpty { trailers = HeaderFields() } }
        return trailers
    }

    /// Whether the next step is ``nextInBody(_:from:)``'s.
    var isInBody: Bool { state == .body }

    /// Bytes that are sure to be the body's, whatever they are.
    var bodyBytesToCome: Int { isInBody ? body.bytesToCome : 0 }

    /// Takes note of bytes of the body that were read past the machine.
    mutating func skipBody(_ count: Int) {
        if isInBody { body.skip(count) }
    }

    /// Takes the next step of a body; an error is final.
    ///
    /// Apart from the others, because it is short and there may be thousands for one head.
    @inline(__always)
    mutating func nextInBody(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> MessageEvent<Head> {
        do throws(HTTPParseError) {
            return try nextOfBody(input, from: &offset)
        } catch {
            throw failed(error)
        }
    }

    /// Takes the next step outside a body; an error is final.
    ///
    /// - Parameter nextHead: Reads the message's head through the buffer, passing over what may
    ///   stand before it; nil asks for more.
    @inline(__always)
    mutating func nextOutsideBody(
        _ input: RawSpan, from offset: inout Int,
        framing: (Head) -> BodyFraming,
        nextHead: (inout HeadBuffer, inout FieldSection, RawSpan, inout Int) throws(HTTPParseError)
            -> Head?
    ) throws(HTTPParseError) -> MessageEvent<Head> {
        do throws(HTTPParseError) {
            switch state {
            case .head:
                guard let head = try nextHead(&buffer, &section, input, &offset) else {
                    return .needMore
                }
                body = try BodyDecoder(framing(head), limits: limits)
                state = .body
                return .head(head)
            case .body:
                return try nextOfBody(input, from: &offset)
            case .trailers:
                return try nextOfTrailers(input, from: &offset)
            case .ended:
                return .end
            case .failed:
                throw failure
            }
        } catch {
            throw failed(error)
        }
    }

    private mutating func failed(_ error: HTTPParseError) -> HTTPParseError {
        state = .failed
        failure = error
        return error
    }

    @inline(__always)
    private mutating func nextOfBody(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> MessageEvent<Head> {
        switch try body.next(input, from: &offset) {
        case .data(let range):
            return .body(range)
        case .needMore:
            return .needMore
        case .trailers:
            state = .trailers
            return try nextOfTrailers(input, from: &offset)
        case .end:
            state = .ended
            return .end
        }
    }

    // Fields of the trailer section describe nothing that was framed: they are kept apart.
    @inline(never)
    private mutating func nextOfTrailers(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> MessageEvent<Head> {
        let limits = limits
        let isComplete = try buffer.next(input, from: &offset, into: &section) {
            bytes, position, section throws(HTTPParseError) in
            try section.parse(bytes, from: &position, limits: limits) ? true : nil
        }
        guard isComplete != nil else { return .needMore }
        if !section.fields.isEmpty { trailers = section.fields }
        state = .ended
        return .end
    }

    /// Takes note that nothing more comes; an error is final.
    mutating func endOfInput() throws(HTTPParseError) -> MessageEvent<Head> {
        switch state {
        case .ended: return .end
        case .failed: throw failure
        case .body where body.endsWithConnection:
            state = .ended
            return .end
        case .head, .body, .trailers:
            throw failed(.truncated)
        }
    }
}
