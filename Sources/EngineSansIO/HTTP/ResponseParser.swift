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
    // A server that needs more than these has lost its way (RFC 9110 section 15.2).
    private static let interimLimit = 16

    private var machine: MessageMachine<ResponseHead>
    private var interimCount = 0
    private var answersHead = false
    private let limits: HTTPLimits

    /// The trailers of the response that ended last.
    package var trailers: HeaderFields { machine.trailers }

    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        machine = MessageMachine(limits: limits, isStarted: false)
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

    /// Takes the next step; `offset` moves past what was used.
    ///
    /// - Throws: ``HTTPParseError``, from then on at every call.
    package mutating func next(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> ResponseEvent {
        let (limits, answersHead) = (limits, answersHead)
        var interimCount = interimCount
        defer { self.interimCount = interimCount }
        return try machine.next(input, from: &offset) {
            buffer, input, offset throws(HTTPParseError) in
            while offset < input.byteCount {
                let head = try buffer.next(input, from: &offset) {
                    bytes, range throws(HTTPParseError) in
                    try ResponseHead(bytes, range, answersHead: answersHead, limits: limits)
                }
                guard let head else { return nil }
                if head.status == 101 { throw .unexpectedUpgrade }
                if head.status >= 200 { return (head, head.framing) }
                interimCount += 1
                guard interimCount <= Self.interimLimit else { throw .tooManyInterimResponses }
            }
            return nil
        }
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
    init(
        _ bytes: RawSpan, _ range: Range<Int>, answersHead: Bool, limits: HTTPLimits
    ) throws(HTTPParseError) {
        var position = range.lowerBound
        guard let line = bytes.line(at: &position, within: range) else { throw .invalidStatusLine }
        let (minorVersion, status) = try Self.parseStatusLine(bytes, line)
        let section = try FieldSection(bytes, position..<range.upperBound, limits: limits)
        let explicit = try section.framing.explicitFraming(minorVersion: minorVersion)
        let framing: BodyFraming =
            if answersHead || status < 200 || status == 204 || status == 304 {
                .none
            } else {
                explicit ?? .untilClose
            }
        self.status = status
        self.framing = framing
        fields = section.fields
        persists = framing != .untilClose && section.framing.persists(minorVersion: minorVersion)
        keepAliveHint = section.framing.hint
    }

    // `HTTP/1.x SP 3DIGIT SP [reason]`; a missing last space is common and harmless.
    private static func parseStatusLine(
        _ bytes: RawSpan, _ line: Range<Int>
    ) throws(HTTPParseError) -> (minorVersion: UInt8, status: Int) {
        guard line.count >= 12, bytes[line.lowerBound + 8] == .space else {
            throw .invalidStatusLine
        }
        let start = line.lowerBound
        let minorVersion = try bytes.minorVersion(at: start, orElse: .invalidStatusLine)
        var status = 0
        for position in start + 9..<start + 12 {
            guard bytes[position].isDigit else { throw .invalidStatusCode }
            status = status * 10 + Int(bytes[position].digitValue)
        }
        guard (100...599).contains(status) else { throw .invalidStatusCode }
        guard line.count == 12 || bytes[start + 12] == .space else { throw .invalidStatusLine }
        for position in start + 12..<line.upperBound
        where !bytes[position].isFieldValueCharacter {
            throw .invalidStatusLine
        }
        return (minorVersion, status)
    }
}

extension RawSpan {
    /// Reads `HTTP/1.0` or `HTTP/1.1`.
    func minorVersion(
        at position: Int, orElse error: HTTPParseError
    ) throws(HTTPParseError) -> UInt8 {
        guard byteCount - position >= 8 else { throw error }
        let name: StaticString = "HTTP/"
        for offset in 0..<5 where unsafe self[position + offset] != name.utf8Start[offset] {
            throw error
        }
        let major = self[position + 5]
        let minor = self[position + 7]
        guard major.isDigit, self[position + 6] == UInt8(ascii: "."), minor.isDigit else {
            throw error
        }
        guard major == UInt8(ascii: "1"), minor <= UInt8(ascii: "1") else {
            throw .unsupportedVersion
        }
        return minor.digitValue
    }
}
