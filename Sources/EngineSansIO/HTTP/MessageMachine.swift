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
    private var section = FieldSection()

    /// The trailers of the message that ended last.
    private(set) var trailers = HeaderFields()

    init(limits: HTTPLimits, isStarted: Bool) {
        self.limits = limits
        state = isStarted ? .head : .ended
        body = BodyDecoder(limits: limits)
        buffer = HeadBuffer(limit: limits.headSize)
    }

    /// Gets ready for the next message; answers whether the last one had ended.
    mutating func start(bodyLimit: Int) -> Bool {
        guard state == .ended else { return false }
        state = .head
        limits.bodySize = bodyLimit
        if !trailers.isEmpty { trailers = HeaderFields() }
        return true
    }

    /// Takes the next step; an error is final.
    ///
    /// - Parameter nextHead: Reads the message's head through the buffer, passing over what may
    ///   stand before it; nil asks for more.
    @inline(__always)
    mutating func next(
        _ input: RawSpan, from offset: inout Int,
        nextHead: (inout HeadBuffer, inout FieldSection, RawSpan, inout Int) throws(HTTPParseError)
            -> (head: Head, framing: BodyFraming)?
    ) throws(HTTPParseError) -> MessageEvent<Head> {
        do throws(HTTPParseError) {
            switch state {
            case .body:
                return try nextOfBody(input, from: &offset)
            case .head:
                guard let (head, framing) = try nextHead(&buffer, &section, input, &offset) else {
                    return .needMore
                }
                body = try BodyDecoder(framing, limits: limits)
                state = .body
                return .head(head)
            case .trailers:
                return try nextOfTrailers(input, from: &offset)
            case .ended:
                return .end
            case .failed:
                throw failure
            }
        } catch {
            state = .failed
            failure = error
            throw error
        }
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
            state = .failed
            failure = .truncated
            throw .truncated
        }
    }
}
