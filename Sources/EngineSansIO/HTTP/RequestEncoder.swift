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
    /// The type of bytes of which nothing else is known (RFC 9110 section 8.3).
    package static let defaultContentType = "application/octet-stream"

    /// Appends the head of a request.
    ///
    /// - Throws: ``RequestEncodingError``; `output` is then as it was.
    package static func encodeHead(
        _ method: HTTPMethod, _ target: String, _ fields: HeaderFields, _ framing: RequestFraming,
        contentType: String = defaultContentType, limits: RequestLimits = RequestLimits(),
        into output: inout [UInt8]
    ) throws(RequestEncodingError) {
        try check(method, target, fields, contentType: contentType, limits)
        writeStart(method, target, fields, framing, contentType: contentType, into: &output)
        writeEnd(framing, into: &output)
    }

    /// Whether a head can be made of these.
    ///
    /// - Throws: ``RequestEncodingError`` when it can't.
    static func check(
        _ method: HTTPMethod, _ target: String, _ fields: HeaderFields, contentType: String,
        _ limits: RequestLimits
    ) throws(RequestEncodingError) {
        try check(method, target, limits)
        try check(fields, limits)
        guard contentType.utf8.allSatisfy(\.isFieldValueCharacter) else {
            throw .invalidField(name: "Content-Type")
        }
    }

    /// Appends a head whose parts have passed ``check(_:_:_:contentType:_:)``, up to what differs from body to
    /// body.
    static func writeStart(
        _ method: HTTPMethod, _ target: String, _ fields: HeaderFields, _ framing: RequestFraming,
        contentType: String, into output: inout [UInt8]
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
            output.append(contentsOf: "Content-Type: ".utf8)
            output.append(contentsOf: contentType.utf8)
            output.append(.carriageReturn)
            output.append(.lineFeed)
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
        _ method: HTTPMethod, _ target: String, _ limits: RequestLimits
    ) throws(RequestEncodingError) {
        guard !method.rawValue.isEmpty, method.rawValue.utf8.allSatisfy(\.isTokenCharacter) else {
            throw .invalidMethod
        }
        // A connection that became a tunnel would carry no more requests.
        guard method.rawValue != "CONNECT" else { throw .unsupportedMethod(name: "CONNECT") }
        let size = target.utf8.count
        if let limit = limits.targetSize, size > limit {
            throw .targetTooLong(size: size, limit: limit)
        }
        guard target.utf8.first == UInt8(ascii: "/") || target == "*" && method == .options,
            target.utf8.allSatisfy({ $0.isVisibleASCII && $0 != UInt8(ascii: "#") })
        else { throw .invalidTarget }
    }

    private static func check(
        _ fields: HeaderFields, _ limits: RequestLimits
    ) throws(RequestEncodingError) {
        if let name = fields.invalidField { throw .invalidField(name: name) }
        guard !fields.isEmpty else { return }
        if let limit = limits.fieldCount, fields.count > limit {
            throw .tooManyFields(count: fields.count, limit: limit)
        }
        if let limit = limits.fieldSize, fields.longestLine > limit {
            let (name, size) = longestLine(of: fields)
            throw .fieldTooLong(name: name, size: size, limit: limit)
        }
        for name in ["Content-Length", "Transfer-Encoding"] where fields[name] != nil {
            throw .managedField(name: name)
        }
        if fields["Host"] != nil, fields.values(of: "Host").count > 1 {
            throw .repeatedField(name: "Host")
        }
    }

    private static func longestLine(of fields: HeaderFields) -> (name: String, size: Int) {
        var longest = (name: "", size: 0)
        for field in fields {
            // A colon, a space and the line's end.
            let size = field.name.utf8.count + field.value.utf8.count + 4
            if size > longest.size { longest = (field.name, size) }
        }
        return longest
    }
}
