/// The head of a request.
package struct RequestHead: Hashable, Sendable {
    package let method: HTTPMethod
    package let target: String
    package let minorVersion: UInt8
    package let fields: HeaderFields
    /// Nil when the request gives neither a length nor a coding.
    package let framing: BodyFraming?
    package let persists: Bool

    /// Whether the client waits for an interim response before it sends the body.
    package var expectsContinue: Bool {
        fields["Expect"]?.lowercased() == "100-continue"
    }
}

/// A step through a request.
package typealias RequestEvent = MessageEvent<RequestHead>

/// Parses requests for the embedded engine; the contract is ``ResponseParser``'s.
package struct RequestParser: Sendable {
    private var machine: MessageMachine<RequestHead>
    private var skippedEmptyLine = false
    private let limits: HTTPLimits

    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        machine = MessageMachine(limits: limits, isStarted: true, unfolds: false)
    }

    /// Gets ready for the next request on the connection.
    package mutating func startRequest() {
        if machine.start(bodyLimit: limits.bodySize) { skippedEmptyLine = false }
    }

    /// Takes the next step; `offset` moves past what was used.
    ///
    /// - Throws: ``HTTPParseError``, from then on at every call.
    package mutating func next(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> RequestEvent {
        if machine.isInBody { return try machine.nextInBody(input, from: &offset) }
        let limits = limits
        var skippedEmptyLine = skippedEmptyLine
        defer { self.skippedEmptyLine = skippedEmptyLine }
        return try machine.nextOutsideBody(input, from: &offset, framing: \.bodyFraming) {
            buffer, section, input, offset throws(HTTPParseError) in
            while offset < input.byteCount {
                let start = try buffer.next(input, from: &offset, into: &section) {
                    bytes, position, section throws(HTTPParseError) in
                    try RequestStart(bytes, from: &position, into: &section, limits: limits)
                }
                guard let start else { return nil }
                if case .head(let head) = start { return head }
                // One empty line before a request is ignored (RFC 9112 section 2.2).
                guard !skippedEmptyLine else { throw .invalidRequestLine }
                skippedEmptyLine = true
            }
            return nil
        }
    }
}

/// What a request may start with.
private enum RequestStart {
    case head(RequestHead)
    case emptyLine

    /// Reads it at a position and moves past it; nil when it is not complete.
    init?(
        _ bytes: RawSpan, from position: inout Int, into section: inout FieldSection,
        limits: HTTPLimits
    ) throws(HTTPParseError) {
        guard let line = bytes.line(at: &position, within: position..<bytes.byteCount) else {
            return nil
        }
        if line.isEmpty {
            self = .emptyLine
        } else if let head = try RequestHead(
            bytes, line, from: &position, into: &section, limits: limits)
        {
            self = .head(head)
        } else {
            return nil
        }
    }
}

extension RequestHead {
    fileprivate var bodyFraming: BodyFraming { framing ?? .none }

    /// Reads what follows the request line; nil when it is not complete.
    fileprivate init?(
        _ bytes: RawSpan, _ line: Range<Int>, from position: inout Int,
        into section: inout FieldSection, limits: HTTPLimits
    ) throws(HTTPParseError) {
        guard let methodEnd = bytes.firstPosition(of: .space, in: line),
            let targetEnd = bytes.firstPosition(of: .space, in: methodEnd + 1..<line.upperBound),
            methodEnd > line.lowerBound, targetEnd > methodEnd + 1,
            line.upperBound - targetEnd == 9
        else { throw .invalidRequestLine }
        for position in line.lowerBound..<methodEnd where !bytes[position].isTokenCharacter {
            throw .invalidRequestLine
        }
        for position in methodEnd + 1..<targetEnd where !bytes[position].isVisibleASCII {
            throw .invalidRequestLine
        }
        minorVersion = try bytes.minorVersion(at: targetEnd + 1, orElse: .invalidRequestLine)
        method = HTTPMethod(rawValue: bytes.text(in: line.lowerBound..<methodEnd))
        target = bytes.text(in: methodEnd + 1..<targetEnd)
        guard try section.parse(bytes, from: &position, limits: limits) else { return nil }
        fields = section.fields
        framing = try section.framing.explicitFraming(minorVersion: minorVersion)
        persists = section.framing.persists(minorVersion: minorVersion)
    }
}
