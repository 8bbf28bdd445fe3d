/// The lines of a head after the first, or of the trailers.
struct FieldSection {
    private(set) var fields = HeaderFields()
    private(set) var framing = FramingFields()

    /// Parses field lines up to the empty line that ends them.
    ///
    /// A lone LF ends a line like CR LF does, as RFC 9112 section 2.2 allows a recipient.
    init(
        _ bytes: RawSpan, _ range: Range<Int>, limits: HTTPLimits
    ) throws(HTTPParseError) {
        fields.reserveCapacity(range.count + 8)
        var position = range.lowerBound
        while let line = bytes.line(at: &position, within: range), !line.isEmpty {
            guard fields.count < limits.fieldCount else {
                throw .tooManyFields(limit: limits.fieldCount)
            }
            try append(bytes, line)
        }
    }

    private mutating func append(_ bytes: RawSpan, _ line: Range<Int>) throws(HTTPParseError) {
        if bytes[line.lowerBound].isHTTPWhitespace { throw .obsoleteLineFolding }
        var colon = line.lowerBound
        while colon < line.upperBound, bytes[colon].isTokenCharacter { colon += 1 }
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == .colon else {
            throw .invalidFieldName
        }
        let value = bytes.trimmingWhitespace(in: colon + 1..<line.upperBound)
        for position in value where !bytes[position].isFieldValueCharacter {
            throw .invalidFieldValue
        }
        let name = line.lowerBound..<colon
        fields.appendValid(bytes, name, bytes, value)
        try framing.note(bytes, name: name, value: value)
    }
}

extension RawSpan {
    /// The line at a position without its end; moves past it. Nil when no line ends in `range`.
    func line(at position: inout Int, within range: Range<Int>) -> Range<Int>? {
        guard let end = firstPosition(of: .lineFeed, in: position..<range.upperBound) else {
            return nil
        }
        let start = position
        position = end + 1
        let hasReturn = end > start && self[end - 1] == .carriageReturn
        return start..<(hasReturn ? end - 1 : end)
    }
}
