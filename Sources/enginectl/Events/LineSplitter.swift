#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Makes lines of bytes that come in pieces, in bounded memory.
///
/// A line ends with LF or CRLF. Of a line over the limit only the length is looked at.
struct LineSplitter {
    enum Line: Equatable {
        case content([UInt8])
        case empty
        case tooLong
    }

    private let maximumLength: Int
    private var rest: [UInt8] = []
    private var isSkipping = false

    /// - Parameter maximumLength: Bytes of a line without its end, at most.
    init(maximumLength: Int) {
        self.maximumLength = maximumLength
    }

    /// The lines that these bytes end.
    mutating func split(_ bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var start = 0
        while let end = Self.lineEnd(in: bytes, from: start) {
            lines.append(line(endingWith: bytes[start..<end]))
            start = end + 1
        }
        keep(bytes[start...])
        return lines
    }

    /// The last line, where its end is missing.
    mutating func finish() -> Line? {
        rest.isEmpty && !isSkipping ? nil : line(endingWith: [])
    }

    private static func lineEnd(in bytes: [UInt8], from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { buffer in
            // Within the buffer: `start` is at most its size.
            guard let base = buffer.baseAddress,
                let end = unsafe memchr(base + start, 0x0A, buffer.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(end) - base
        }
    }

    private mutating func line(endingWith end: ArraySlice<UInt8>) -> Line {
        keep(end)
        defer {
            rest.removeAll(keepingCapacity: false)
            isSkipping = false
        }
        if isSkipping { return .tooLong }
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        if rest.count > maximumLength { return .tooLong }
        return rest.isEmpty ? .empty : .content(rest)
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        if isSkipping { return }
        // One more for the CR of its end.
        if bytes.count > maximumLength + 1 - rest.count {
            isSkipping = true
            rest = []
        } else if rest.isEmpty {
            rest = Array(bytes)
        } else {
            rest += bytes
        }
    }
}
