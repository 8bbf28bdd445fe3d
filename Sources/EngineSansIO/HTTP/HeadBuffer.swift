/// Hands on heads and trailer sections that are complete, however the bytes are split.
///
/// A section that arrives whole is parsed where it lies, in one pass. Otherwise its pieces are
/// gathered until the empty line that ends it is there; the search for that goes on where it
/// stopped, so that the work is linear in the bytes.
struct HeadBuffer: Sendable {
    private var gathered: [UInt8] = []
    private var lineStart = 0
    private let limit: Int

    init(limit: Int) {
        // One byte more must be a number, too.
        self.limit = min(max(0, limit), .max - 1)
    }

    /// Hands bytes to `parse`, which reads a section from a position and moves past it; nil, there
    /// and here, asks for more.
    ///
    /// - Throws: What `parse` does, but not before the section is complete: what is wrong with a
    ///   message does not depend on how it is split.
    @inline(__always)
    mutating func next<Section>(
        _ input: RawSpan, from offset: inout Int, into fields: inout FieldSection,
        parse: (RawSpan, inout Int, inout FieldSection) throws(HTTPParseError) -> Section?
    ) throws(HTTPParseError) -> Section? {
        if gathered.isEmpty {
            var end = offset
            do throws(HTTPParseError) {
                if let section = try parse(input, &end, &fields), end - offset <= limit {
                    offset = end
                    return section
                }
            } catch {
                try throwIfComplete(error, input, from: offset)
            }
        }
        guard let end = try gather(input, from: &offset) else { return nil }
        // Kept when it is small: whose heads come split once, come split again.
        defer { gathered.removeAll(keepingCapacity: gathered.count <= 4_096) }
        return try gathered.withRawSpan { bytes throws(HTTPParseError) in
            var position = 0
            return try parse(bytes.extracting(0..<end), &position, &fields)
        }
    }

    private func throwIfComplete(
        _ error: HTTPParseError, _ input: RawSpan, from offset: Int
    ) throws(HTTPParseError) {
        var lineStart = offset
        guard let end = Self.sectionEnd(in: input, from: offset, lineStart: &lineStart) else {
            return
        }
        throw end - offset <= limit ? error : .headTooLarge(limit: limit)
    }

    /// Adds to what is gathered; answers where the section ends, once it does.
    private mutating func gather(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> Int? {
        let searched = gathered.count
        if searched == 0 { lineStart = 0 }
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
        return end
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
