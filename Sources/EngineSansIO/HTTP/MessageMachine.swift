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
struct MessageMachine<Head: Hashable & Sendable>: Sendable {
    private enum State {
        /// Can become `body` or `failed`.
        case head
        /// Can become `ended` or `failed`.
        case body(BodyDecoder)
        /// Can become `head` through `start`.
        case ended
        /// Final.
        case failed(HTTPParseError)
    }

    private var state: State
    private var buffer: HeadBuffer
    private var limits: HTTPLimits

    /// The trailers of the message that ended last.
    private(set) var trailers = HeaderFields()

    init(limits: HTTPLimits, isStarted: Bool) {
        self.limits = limits
        state = isStarted ? .head : .ended
        buffer = HeadBuffer(limit: limits.headSize)
    }

    /// Gets ready for the next message; answers whether the last one had ended.
    mutating func start(bodyLimit: Int) -> Bool {
        guard case .ended = state else { return false }
        state = .head
        limits.bodySize = bodyLimit
        trailers = HeaderFields()
        return true
    }

    /// Takes the next step; an error is final.
    ///
    /// - Parameter nextHead: Reads the message's head from the buffer, passing over what may stand
    ///   before it; nil asks for more.
    mutating func next(
        _ input: RawSpan, from offset: inout Int,
        nextHead: (inout HeadBuffer, RawSpan, inout Int) throws(HTTPParseError) -> (
            head: Head, framing: BodyFraming
        )?
    ) throws(HTTPParseError) -> MessageEvent<Head> {
        do throws(HTTPParseError) {
            switch state {
            case .head:
                guard let (head, framing) = try nextHead(&buffer, input, &offset) else {
                    return .needMore
                }
                state = .body(try BodyDecoder(framing, limits: limits))
                return .head(head)
            case .body(let decoder):
                return try nextOfBody(decoder, input, from: &offset)
            case .ended:
                return .end
            case .failed(let error):
                throw error
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private mutating func nextOfBody(
        _ decoder: consuming BodyDecoder, _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> MessageEvent<Head> {
        // One owner at a time: the decoder's buffers are not copied.
        state = .ended
        let event = try decoder.next(input, from: &offset)
        switch event {
        case .needMore:
            state = .body(decoder)
            return .needMore
        case .data(let range):
            state = .body(decoder)
            return .body(range)
        case .end:
            trailers = decoder.trailers
            return .end
        }
    }

    /// Takes note that nothing more comes; an error is final.
    mutating func endOfInput() throws(HTTPParseError) -> MessageEvent<Head> {
        switch state {
        case .ended: return .end
        case .failed(let error): throw error
        case .body(let decoder) where decoder.endsWithConnection:
            state = .ended
            return .end
        case .head, .body:
            state = .failed(.truncated)
            throw .truncated
        }
    }
}
