/// Writes request heads, and remembers the last ones: most requests repeat a route, whose head
/// differs in the length of the body and in the trace context alone.
///
/// Credentials and fields that differ from request to request are not remembered; they are written
/// behind all others.
package struct RequestHeads: Sendable {
    private struct Head: Sendable {
        let method: HTTPMethod
        let target: String
        /// Those that are remembered.
        let fields: HeaderFields
        let kind: Kind
        let contentType: String
        /// Up to the number of the length, or all of it for a chunked body.
        var bytes: [UInt8] = []
    }

    private enum Kind {
        case empty
        case sized
        case chunked

        init(_ framing: RequestFraming) {
            self =
                switch framing {
                case .length(0): .empty
                case .length: .sized
                case .chunked: .chunked
                }
        }
    }

    private static let placeCount = 32
    // What one route may keep of memory.
    private static let keptSize = 1_024

    private var places = [Head?](repeating: nil, count: placeCount)

    private let limits: RequestLimits

    package init(limits: RequestLimits = RequestLimits()) {
        self.limits = limits
    }

    /// Appends a head.
    ///
    /// - Throws: ``RequestEncodingError``; `output` is then as it was.
    package mutating func write(
        _ method: HTTPMethod, _ target: String, _ fields: HeaderFields, _ framing: RequestFraming,
        contentType: String = RequestEncoder.defaultContentType, into output: inout [UInt8]
    ) throws(RequestEncodingError) {
        let kind = Kind(framing)
        let place = Self.place(of: target)
        if let head = places[place], head.kind == kind, head.target.isSpelled(as: target),
            head.method.rawValue.isSpelled(as: method.rawValue), head.fields == fields,
            head.contentType.isSpelled(as: contentType)
        {
            output += head.bytes
        } else if fields.hasVolatileField {
            return try writeParted(
                method, target, fields, framing, contentType: contentType, into: &output)
        } else {
            try RequestEncoder.check(method, target, fields, contentType: contentType, limits)
            let start = output.count
            RequestEncoder.writeStart(
                method, target, fields, framing, contentType: contentType, into: &output)
            if output.count - start <= Self.keptSize {
                places[place] = Head(
                    method: method, target: target, fields: fields, kind: kind,
                    contentType: contentType, bytes: Array(output[start...]))
            }
        }
        RequestEncoder.writeEnd(framing, into: &output)
    }

    private mutating func writeParted(
        _ method: HTTPMethod, _ target: String, _ fields: HeaderFields, _ framing: RequestFraming,
        contentType: String, into output: inout [UInt8]
    ) throws(RequestEncodingError) {
        try RequestEncoder.check(method, target, fields, contentType: contentType, limits)
        let place = Self.place(of: target)
        if let head = places[place], head.kind == Kind(framing), head.method == method,
            head.target == target, head.contentType == contentType,
            fields.isRemembered(as: head.fields)
        {
            output += head.bytes
            RequestEncoder.writeEnd(framing, into: &output)
        } else {
            try write(
                method, target, fields.remembered, framing, contentType: contentType, into: &output)
        }
        // In front of the line that ends the head.
        output.removeLast(2)
        fields.forEachLine { wire, name, line in
            if wire.isVolatileName(name) { output.append(wire, in: line) }
        }
        output.append(.carriageReturn)
        output.append(.lineFeed)
    }

    // Routes mostly differ in length or in how they end.
    private static func place(of target: String) -> Int {
        let last = target.utf8.last ?? 0
        return (target.utf8.count &* 7 &+ Int(last)) & (placeCount - 1)
    }
}

extension String {
    // What is equal to ASCII, and not ASCII itself, has more bytes.
    fileprivate func isSpelled(as other: String) -> Bool {
        self == other && utf8.count == other.utf8.count
    }
}

extension HeaderFields {
    /// Whether there are credentials.
    package var hasSecret: Bool {
        var hasSecret = false
        forEachLine { wire, name, _ in
            if wire.isSecretName(name) { hasSecret = true }
        }
        return hasSecret
    }

    fileprivate var hasVolatileField: Bool {
        var hasVolatile = false
        forEachLine { wire, name, _ in
            if wire.isVolatileName(name) { hasVolatile = true }
        }
        return hasVolatile
    }

    /// The fields that may be remembered.
    fileprivate var remembered: HeaderFields {
        var remembered = HeaderFields()
        forEachLine { wire, name, line in
            if wire.isVolatileName(name) { return }
            remembered.appendValidLines(wire, line)
            remembered.countLine(ofSize: line.count)
        }
        return remembered
    }

    /// Whether ``remembered`` are these.
    fileprivate func isRemembered(as others: HeaderFields) -> Bool {
        others.wire.withRawSpan { others in
            var position = 0
            var isSame = true
            forEachLine { wire, name, line in
                guard isSame, !wire.isVolatileName(name) else { return }
                isSame =
                    line.count <= others.byteCount - position
                    && line.indices.allSatisfy {
                        wire[$0] == others[position + $0 - line.lowerBound]
                    }
                position += line.count
            }
            return isSame && position == others.byteCount
        }
    }
}

extension RawSpan {
    /// Whether the field of a name is a credential (RFC 9110 section 11, RFC 6265).
    fileprivate func isSecretName(_ name: Range<Int>) -> Bool {
        switch name.count {
        case 6: equalsIgnoringCase("cookie", in: name)
        case 13: equalsIgnoringCase("authorization", in: name)
        case 19: equalsIgnoringCase("proxy-authorization", in: name)
        default: false
        }
    }

    /// Whether the field of a name is not to be remembered: a credential, or one of W3C Trace Context,
    /// W3C Baggage, B3, Jaeger, AWS X-Ray and Google Cloud, or the number of a single request.
    fileprivate func isVolatileName(_ name: Range<Int>) -> Bool {
        isSecretName(name) || Self.volatileNames.contains { equalsIgnoringCase($0, in: name) }
    }

    private static let volatileNames: [StaticString] = [
        "traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "x-b3-spanid",
        "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags", "uber-trace-id", "x-amzn-trace-id",
        "x-cloud-trace-context", "x-request-id", "x-correlation-id",
    ]
}
