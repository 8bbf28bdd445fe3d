/// Finds the empty line that ends a head or a trailer section, however the bytes are split.
///
/// A section that arrives whole is parsed where it lies. Otherwise its pieces are gathered, and
/// the search goes on where it stopped, so that the work is linear in the bytes.
struct HeadBuffer {
    private var gathered: [UInt8] = []
    private var lineStart = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether part of a section has been seen.
    var isEmpty: Bool { gathered.isEmpty }

    /// Hands a complete section to `parse`, its closing empty line included; nil asks for more.
    mutating func next<Section>(
        _ input: RawSpan, from offset: inout Int,
        parse: (RawSpan, Range<Int>) throws(HTTPParseError) -> Section
    ) throws(HTTPParseError) -> Section? {
        if gathered.isEmpty {
            lineStart = offset
            if let end = Self.sectionEnd(in: input, from: offset, lineStart: &lineStart) {
                let section = offset..<end
                guard section.count <= limit else { throw .headTooLarge(limit: limit) }
                offset = end
                return try parse(input, section)
            }
            // What is here of a split section is gone through once more when it is gathered.
            lineStart = 0
        }
        return try nextGathered(input, from: &offset, parse: parse)
    }

    private mutating func nextGathered<Section>(
        _ input: RawSpan, from offset: inout Int,
        parse: (RawSpan, Range<Int>) throws(HTTPParseError) -> Section
    ) throws(HTTPParseError) -> Section? {
        let searched = gathered.count
        // One byte over the limit is enough to know.
        let taken = min(input.byteCount - offset, limit + 1 - searched)
        gathered.append(input, in: offset..<offset + taken)
        let end = gathered.withRawSpan { bytes in
            Self.sectionEnd(in: bytes, from: searched, lineStart: &lineStart)
        }
        guard let end, end <= limit else {
            offset += taken
            guard gathered.count <= limit else { throw .headTooLarge(limit: limit) }
            return nil
        }
        offset += end - searched
        let bytes = gathered
        gathered = []
        lineStart = 0
        return try bytes.withRawSpan { bytes throws(HTTPParseError) in try parse(bytes, 0..<end) }
    }

    private static func sectionEnd(
        in bytes: RawSpan, from start: Int, lineStart: inout Int
    ) -> Int? {
        var position = start
        while let end = bytes.firstPosition(of: .lineFeed, in: position..<bytes.byteCount) {
            let length = end - lineStart
            if length == 0 || length == 1 && bytes[lineStart] == .carriageReturn { return end + 1 }
            lineStart = end + 1
            position = lineStart
        }
        return nil
    }
}
