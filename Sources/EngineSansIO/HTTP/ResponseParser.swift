/// The head of a final response.
package struct ResponseHead: Hashable, Sendable {
    /// 200 to 599.
    package let status: Int
    package let fields: HeaderFields
    package let framing: BodyFraming
    /// Whether the connection may carry another request once the body has been read.
    package let persists: Bool
    package let keepAliveHint: KeepAliveHint?
}

/// A step through a response; interim responses are skipped.
package typealias ResponseEvent = MessageEvent<ResponseHead>

/// Parses one response after another from bytes as they arrive (RFC 9112).
///
/// Contract: call ``next(_:from:)`` with the same input until it answers `needMore` or `end`; at
/// the end of the connection call ``endOfInput()``. An error is final. Nothing is parsed twice but
/// the first piece of a head that came in several: the work is linear in the bytes, however they
/// are split.
package struct ResponseParser: Sendable {
    private var machine: MessageMachine<ResponseHead>
    private var interimCount = 0
    private var answersHead = false
    private let limits: HTTPLimits

    /// The trailers of the response that ended last.
    package var trailers: HeaderFields { machine.trailers }

    /// Hands over the trailers of the response that ended last.
    package mutating func takeTrailers() -> HeaderFields { machine.takeTrailers() }

    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        machine = MessageMachine(limits: limits, isStarted: false, unfolds: true)
    }

    /// Gets ready for the response to a request.
    ///
    /// - Parameters:
    ///   - method: The request's method: a response to `HEAD` has no body.
    ///   - isCollected: Whether the body is to fit ``HTTPLimits/bodySize``.
    package mutating func startResponse(to method: HTTPMethod, isCollected: Bool = true) {
        guard machine.start(bodyLimit: isCollected ? limits.bodySize : .max) else { return }
        interimCount = 0
        answersHead = method == .head
    }

    /// Bytes that are sure to be the body's, whatever they are: they need not pass through the
    /// parser. 0 outside a body, and in a chunked one.
    package var bodyBytesToCome: Int { machine.bodyBytesToCome }

    /// Takes note of bytes of the body that were read past the parser, at most
    /// ``bodyBytesToCome``; answers with how many are still to come. The next step follows them.
    package mutating func skipBody(_ count: Int) -> Int {
        machine.skipBody(count)
        return machine.bodyBytesToCome
    }

    /// Takes the next step; `offset` moves past what was used.
    ///
    /// - Throws: ``HTTPParseError``, from then on at every call.
    package mutating func next(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> ResponseEvent {
        machine.isInBody
            ? try machine.nextInBody(input, from: &offset)
            : try nextOutsideBody(input, from: &offset)
    }

    @inline(never)
    private mutating func nextOutsideBody(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> ResponseEvent {
        let (limits, answersHead) = (limits, answersHead)
        var interimCount = interimCount
        defer { self.interimCount = interimCount }
        return try machine.nextOutsideBody(input, from: &offset, framing: \.framing) {
            buffer, section, input, offset throws(HTTPParseError) in
            try Self.nextHead(
                &buffer, &section, input, from: &offset, interimCount: &interimCount,
                answersHead: answersHead, limits: limits)
        }
    }

    @inline(__always)
    private static func nextHead(
        _ buffer: inout HeadBuffer, _ section: inout FieldSection, _ input: RawSpan,
        from offset: inout Int, interimCount: inout Int, answersHead: Bool, limits: HTTPLimits
    ) throws(HTTPParseError) -> ResponseHead? {
        while offset < input.byteCount {
            let head = try buffer.next(input, from: &offset, into: &section) {
                bytes, position, section throws(HTTPParseError) in
                try ResponseHead(
                    bytes, from: &position, into: &section, answersHead: answersHead,
                    limits: limits)
            }
            guard let head else { return nil }
            if head.status == 101 { throw .unexpectedUpgrade }
            if head.status >= 200 { return head }
            interimCount += 1
            guard interimCount <= limits.interimResponseCount else {
                throw .tooManyInterimResponses(limit: limits.interimResponseCount)
            }
        }
        return nil
    }

    /// Takes note that the peer sends nothing more.
    ///
    /// - Returns: `end` when that completes a response or none was begun.
    /// - Throws: ``HTTPParseError/truncated`` when a response was cut off.
    package mutating func endOfInput() throws(HTTPParseError) -> ResponseEvent {
        try machine.endOfInput()
    }
}

extension ResponseHead {
    /// Reads a head at a position and moves past it; nil when it is not complete.
    @inline(__always)
    fileprivate init?(
        _ bytes: RawSpan, from position: inout Int, into section: inout FieldSection,
        answersHead: Bool, limits: HTTPLimits
    ) throws(HTTPParseError) {
        guard let line = try StatusLine(bytes, from: &position),
            try section.parse(bytes, from: &position, limits: limits)
        else { return nil }
        let explicit = try section.framing.explicitFraming(minorVersion: line.minorVersion)
        let framing: BodyFraming =
            if answersHead || line.status < 200 || line.status == 204 || line.status == 304 {
                .none
            } else {
                explicit ?? .untilClose
            }
        status = line.status
        self.framing = framing
        fields = section.fields
        persists =
            framing != .untilClose && section.framing.persists(minorVersion: line.minorVersion)
        keepAliveHint = section.framing.hint
    }
}
