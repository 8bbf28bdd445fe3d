/// Writes request heads, and remembers the last ones: most requests repeat a route, whose head
/// differs in the length of the body alone.
package struct RequestHeads: Sendable {
    private struct Head: Sendable {
        let method: HTTPMethod
        let target: String
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
