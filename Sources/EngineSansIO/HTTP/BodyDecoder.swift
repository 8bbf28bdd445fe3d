/// A step through a body.
enum BodyEvent {
    /// The input is used up.
    case needMore
    /// Bytes of the body, as a range of the input.
    case data(Range<Int>)
    /// The data is complete; a trailer section follows.
    case trailers
    /// The body is complete; what follows in the input is not part of it.
    case end
}

/// Takes a body out of its framing, up to the trailers that may follow it.
struct BodyDecoder: Sendable {
    private enum State {
        /// Can become `ended`.
        case counted
        /// Ends with the trailer section, which is read elsewhere.
        case chunked
        /// Ends with the connection.
        case untilClose
        /// Final.
        case ended
    }

    private var state = State.ended
    /// Bytes to come of a body with a length.
    private var remaining = 0
    /// Bytes that the limit leaves to other bodies.
    private var room = 0
    private var chunks: ChunkedDecoder
    private let limits: HTTPLimits

    /// Makes a decoder of no body.
    init(limits: HTTPLimits) {
        self.limits = limits
        chunks = ChunkedDecoder(limits: limits)
    }

    /// Makes a decoder of a body.
    ///
    /// - Throws: ``HTTPParseError/bodyTooLarge(limit:)`` when the length says so already.
    init(_ framing: BodyFraming, limits: HTTPLimits) throws(HTTPParseError) {
        self.init(limits: limits)
        room = max(0, limits.bodySize)
        switch framing {
        case .none, .length(0): state = .ended
        case .length(let length):
            guard length <= room else { throw .bodyTooLarge(limit: room) }
            remaining = length
            state = .counted
        case .chunked: state = .chunked
        case .untilClose: state = .untilClose
        }
    }

    /// Whether the end of the connection completes the body.
    var endsWithConnection: Bool { state == .untilClose || state == .ended }

    /// Bytes that are sure to be the body's, whatever they are; 0 where its framing comes between.
    var bytesToCome: Int {
        switch state {
        case .counted: remaining
        case .untilClose: room
        case .chunked, .ended: 0
        }
    }

    /// Takes note of bytes of the body that were read past the decoder.
    ///
    /// - Parameter count: At most ``bytesToCome``.
    mutating func skip(_ count: Int) {
        switch state {
        case .counted:
            remaining -= min(count, remaining)
            if remaining == 0 { state = .ended }
        case .untilClose: room -= min(count, room)
        case .chunked, .ended: break
        }
    }

    @inline(__always)
    mutating func next(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> BodyEvent {
        switch state {
        case .ended:
            return .end
        case .counted:
            let taken = min(remaining, input.byteCount &- offset)
            guard taken > 0 else { return .needMore }
            remaining &-= taken
            if remaining == 0 { state = .ended }
            offset &+= taken
            return .data(offset &- taken..<offset)
        case .untilClose:
            let taken = offset..<input.byteCount
            guard !taken.isEmpty else { return .needMore }
            offset = input.byteCount
            try count(taken)
            return .data(taken)
        case .chunked:
            let event = try chunks.next(input, from: &offset)
            if case .data(let range) = event { try count(range) }
            return event
        }
    }

    @inline(__always)
    private mutating func count(_ range: Range<Int>) throws(HTTPParseError) {
        room &-= range.count
        guard room >= 0 else { throw .bodyTooLarge(limit: limits.bodySize) }
    }
}
