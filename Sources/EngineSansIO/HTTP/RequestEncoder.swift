/// Why a request can't be put on the wire. Nothing of such a request is sent.
public enum RequestEncodingError: Error, Hashable, Sendable {
    /// The method is no token (RFC 9110 section 9.1).
    case invalidMethod
    /// The target is not `*` or a path from `/` on, or has a space, a control character, a `#` or
    /// a character outside ASCII: percent-encode those (RFC 9112 section 3.2).
    case invalidTarget
    /// The target has more bytes than engines read.
    case targetTooLong(limit: Int)
    /// The field of this name has a character that would break the head apart.
    case invalidField(name: String)
    /// The field of this name is the encoder's to write.
    case managedField(name: String)
    /// A field line has more bytes than engines read.
    case fieldTooLong(limit: Int)
    /// There are more fields than engines read.
    case tooManyFields(limit: Int)
}

/// How a request tells where its body ends (RFC 9112 section 6).
package enum RequestFraming: Hashable, Sendable {
    /// After this many bytes, 0 too.
    case length(Int)
    /// After the last chunk.
    case chunked
}

/// Writes request heads that no input can break apart (RFC 9112 section 3).
///
/// A length is always sent, `0` too: the engine waits 5 s for the body of a `POST` without one.
package enum RequestEncoder {
    // What cpp-httplib, the engine's server, reads: see its CPPHTTPLIB_*_MAX_LENGTH.
    private static let targetLimit = 8_192
    private static let fieldLimit = 8_190
    private static let fieldCountLimit = 100
    // Host, Content-Type and Content-Length may be added here.
    private static let ownFieldCount = 3

    /// Appends the head of a request.
    ///
    /// - Throws: ``RequestEncodingError``; `output` is then as it was.
    package static func encodeHead(
        _ method: HTTPMethod, _ target: String, _ fields: HeaderFields, _ framing: RequestFraming,
        into output: inout [UInt8]
    ) throws(RequestEncodingError) {
        try check(method, target, fields)
        writeStart(method, target, fields, framing, into: &output)
        writeEnd(framing, into: &output)
    }

    /// Whether a head can be made of these.
    ///
    /// - Throws: ``RequestEncodingError`` when it can't.
    static func check(
        _ method: HTTPMethod, _ target: String, _ fields: HeaderFields
    ) throws(RequestEncodingError) {
        try check(method, target)
        try check(fields)
    }

    /// Appends a head whose parts have passed ``check(_:_:_:)``, up to what differs from body to
    /// body.
    static func writeStart(
        _ method: HTTPMethod, _ target: String, _ fields: HeaderFields, _ framing: RequestFraming,
        into output: inout [UInt8]
    ) {
        output.append(contentsOf: method.rawValue.utf8)
        output.append(.space)
        output.append(contentsOf: target.utf8)
        if fields.isEmpty || fields["Host"] == nil {
            output.append(contentsOf: " HTTP/1.1\r\nHost: localhost\r\n".utf8)
        } else {
            output.append(contentsOf: " HTTP/1.1\r\n".utf8)
        }
        if !fields.isEmpty { output.append(contentsOf: fields.wire) }
        // Without a type cpp-httplib takes a body for a form, and refuses it over 8 KiB.
        if framing != .length(0), fields.isEmpty || fields["Content-Type"] == nil {
            output.append(contentsOf: "Content-Type: application/json\r\n".utf8)
        }
        switch framing {
        case .length: output.append(contentsOf: "Content-Length: ".utf8)
        case .chunked: output.append(contentsOf: "Transfer-Encoding: chunked".utf8)
        }
    }

    /// Appends the rest of a head.
    static func writeEnd(_ framing: RequestFraming, into output: inout [UInt8]) {
        if case .length(let length) = framing { append(decimal: length, to: &output) }
        output.append(.carriageReturn)
        output.append(.lineFeed)
        output.append(.carriageReturn)
        output.append(.lineFeed)
    }

    private static func append(decimal number: Int, to output: inout [UInt8]) {
        guard number >= 10 else { return output.append(UInt8(ascii: "0") + UInt8(number)) }
        append(decimal: number / 10, to: &output)
        output.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    private static func check(
        _ method: HTTPMethod, _ target: String
    ) throws(RequestEncodingError) {
        guard !method.rawValue.isEmpty, method.rawValue.utf8.allSatisfy(\.isTokenCharacter) else {
            throw .invalidMethod
        }
        guard target.utf8.count <= targetLimit else { throw .targetTooLong(limit: targetLimit) }
        guard target == "*" || target.utf8.first == UInt8(ascii: "/"),
            target.utf8.allSatisfy({ $0.isVisibleASCII && $0 != UInt8(ascii: "#") })
        else { throw .invalidTarget }
    }

    private static func check(_ fields: HeaderFields) throws(RequestEncodingError) {
        if let name = fields.invalidField { throw .invalidField(name: name) }
        guard !fields.isEmpty else { return }
        let limit = fieldCountLimit - ownFieldCount
        guard fields.count <= limit else { throw .tooManyFields(limit: limit) }
        guard fields.longestLine <= fieldLimit else { throw .fieldTooLong(limit: fieldLimit) }
        for name in ["Content-Length", "Transfer-Encoding"] where fields[name] != nil {
            throw .managedField(name: name)
        }
    }
}
