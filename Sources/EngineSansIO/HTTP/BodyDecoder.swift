/// A step through a body.
package enum BodyEvent: Hashable, Sendable {
    /// The input is used up.
    case needMore
    /// Bytes of the body, as a range of the input.
    case data(Range<Int>)
    /// The body is complete; what follows in the input is not part of it.
    case end
}

/// Takes a body out of its framing.
struct BodyDecoder {
    private enum State {
        /// This many bytes to come. Can become `ended`.
        case counted(Int)
        /// Can become `ended`.
        case chunked(ChunkedDecoder)
        /// Ends with the connection.
        case untilClose
        /// Final.
        case ended
    }

    private var state: State
    private var decoded = 0
    private let limit: Int

    /// - Throws: ``HTTPParseError/bodyTooLarge(limit:)`` when the length says so already.
    init(_ framing: BodyFraming, limits: HTTPLimits) throws(HTTPParseError) {
        limit = limits.bodySize
        switch framing {
        case .none, .length(0): state = .ended
        case .length(let length):
            guard length <= limit else { throw .bodyTooLarge(limit: limit) }
            state = .counted(length)
        case .chunked: state = .chunked(ChunkedDecoder(limits: limits))
        case .untilClose: state = .untilClose
        }
    }

    /// The trailers of a chunked body, once it has ended.
    var trailers: HeaderFields {
        if case .chunked(let decoder) = state { decoder.trailers } else { HeaderFields() }
    }

    mutating func next(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> BodyEvent {
        let event = try step(input, from: &offset)
        if case .data(let range) = event {
            decoded += range.count
            guard decoded <= limit else { throw .bodyTooLarge(limit: limit) }
        }
        return event
    }

    private mutating func step(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> BodyEvent {
        switch state {
        case .ended:
            return .end
        case .counted(let remaining):
            let taken = min(remaining, input.byteCount - offset)
            guard taken > 0 else { return .needMore }
            state = taken == remaining ? .ended : .counted(remaining - taken)
            offset += taken
            return .data(offset - taken..<offset)
        case .untilClose:
            let taken = offset..<input.byteCount
            offset = input.byteCount
            return taken.isEmpty ? .needMore : .data(taken)
        case .chunked(var decoder):
            state = .ended
            defer { state = .chunked(decoder) }
            return try decoder.next(input, from: &offset)
        }
    }

    /// Whether the end of the connection completes the body.
    var endsWithConnection: Bool {
        switch state {
        case .untilClose, .ended: true
        case .counted: false
        case .chunked(let decoder): decoder.isComplete
        }
    }
}
