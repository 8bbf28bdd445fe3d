/// The lines of a head after the first, or of the trailers.
///
/// Used for one section after another: the bytes of the last one's fields are written over, unless
/// somebody still holds them.
struct FieldSection: Sendable {
    private(set) var fields = HeaderFields()
    private(set) var framing = FramingFields()
    /// Whether a field that goes on on the next line is read: a client must, a server may refuse
    /// it (RFC 9112 section 5.2).
    private let unfolds: Bool

    init(unfolds: Bool) {
        self.unfolds = unfolds
    }

    /// Parses field lines up to the empty line that ends them, and moves past it.
    ///
    /// A lone LF ends a line like CR LF does, as RFC 9112 section 2.2 allows a recipient.
    ///
    /// - Returns: Whether the empty line is there.
    @inline(__always)
    mutating func parse(
        _ bytes: RawSpan, from position: inout Int, limits: HTTPLimits
    ) throws(HTTPParseError) -> Bool {
        fields.startOver()
        framing = FramingFields()
        var start = position
        if start < bytes.byteCount, bytes[start].isHTTPWhitespace { throw .obsoleteLineFolding }
        // Lines that arrive as they are kept are copied together.
        var copied = position
        while start < bytes.byteCount {
            if let end = bytes.lineEnd(at: start) {
                fields.appendValidLines(bytes, copied..<start)
                position = end
                return true
            }
            guard fields.count < limits.fieldCount else {
                throw .tooManyFields(limit: limits.fieldCount)
            }
            guard let line = try FieldLine(bytes, at: start) else { return false }
            if line.end < bytes.byteCount, bytes[line.end].isHTTPWhitespace {
                guard unfolds else { throw .obsoleteLineFolding }
                fields.appendValidLines(bytes, copied..<start)
                guard let end = try appendFolded(bytes, line) else { return false }
                copied = end
                start = end
                continue
            }
            if line.isAsKept {
                fields.countLine(ofSize: line.end - start)
            } else {
                fields.appendValidLines(bytes, copied..<start)
                fields.appendValid(bytes, line.name, bytes, line.value)
                copied = line.end
            }
            try framing.note(bytes, name: line.name, value: line.value)
            start = line.end
        }
        return false
    }

    /// Adds a field that goes on on the next lines: each fold becomes a space.
    ///
    /// - Returns: Where the next field starts; nil when that is not there.
    @inline(never)
    private mutating func appendFolded(
        _ bytes: RawSpan, _ first: FieldLine
    ) throws(HTTPParseError) -> Int? {
        var unfolded: [UInt8] = []
        unfolded.append(bytes, in: first.name)
        let nameEnd = unfolded.count
        unfolded.append(bytes, in: first.value)
        var start = first.end
        while start < bytes.byteCount, bytes[start].isHTTPWhitespace {
            guard let line = try FieldText(bytes, from: start) else { return nil }
            unfolded.append(.space)
            unfolded.append(bytes, in: line.text)
            start = line.end
        }
        guard start < bytes.byteCount else { return nil }
        try unfolded.withRawSpan { unfolded throws(HTTPParseError) in
            let value = unfolded.trimmingWhitespace(in: nameEnd..<unfolded.byteCount)
            fields.appendValid(unfolded, 0..<nameEnd, unfolded, value)
            try framing.note(unfolded, name: 0..<nameEnd, value: value)
        }
        return start
    }
}

/// Text up to the end of its line.
private struct FieldText {
    /// Without white space around it.
    let text: Range<Int>
    /// Where the next line starts.
    let end: Int
    /// Where the line's end starts.
    let textEnd: Int

    /// Reads text from a position on; nil when its end is not there.
    @inline(__always)
    init?(_ bytes: RawSpan, from start: Int) throws(HTTPParseError) {
        textEnd = bytes.endOfFieldText(from: start)
        guard textEnd < bytes.byteCount else { return nil }
        guard let end = bytes.lineEnd(at: textEnd) else {
            // A CR at the very end may yet be followed by its LF.
            if bytes[textEnd] == .carriageReturn, textEnd &+ 1 == bytes.byteCount { return nil }
            throw .invalidFieldValue
        }
        text = bytes.trimmingWhitespace(in: start..<textEnd)
        self.end = end
    }
}

/// Where one line has its parts.
private struct FieldLine {
    let name: Range<Int>
    let value: Range<Int>
    /// Where the next line starts.
    let end: Int
    /// Whether it is `name: value` and CR LF, as ``HeaderFields`` keeps it.
    let isAsKept: Bool

    /// Reads a line that is not empty; nil when its end is not there.
    @inline(__always)
    init?(_ bytes: RawSpan, at start: Int) throws(HTTPParseError) {
        let colon = bytes.endOfToken(from: start)
        guard colon < bytes.byteCount else { return nil }
        guard colon > start, bytes[colon] == .colon else { throw .invalidFieldName }
        guard let line = try FieldText(bytes, from: colon &+ 1) else { return nil }
        name = start..<colon
        value = line.text
        end = line.end
        isAsKept =
            value.lowerBound == colon &+ 2 && bytes[colon &+ 1] == .space
            && value.upperBound == line.textEnd && end &- line.textEnd == 2
    }
}

extension RawSpan {
    /// Where the next line starts if the line ends at a position, which is in bounds.
    @inline(__always)
    func lineEnd(at position: Int) -> Int? {
        if self[position] == .lineFeed { return position &+ 1 }
        let next = position &+ 1
        guard self[position] == .carriageReturn, next < byteCount, self[next] == .lineFeed else {
            return nil
        }
        return next &+ 1
    }

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
