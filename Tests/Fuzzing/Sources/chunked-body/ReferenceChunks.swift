import EngineSansIO

/// The chunked coding read off RFC 9112 section 7.1 over bytes that are all there.
struct ReferenceChunks {
    enum Result: Equatable {
        /// With how many bytes, and the trailer section with its empty line.
        case complete(used: Int, trailers: [UInt8])
        case incomplete
        case invalid
    }

    private enum Stop: Error {
        case incomplete
        case invalid
    }

    private(set) var body: [UInt8] = []
    private(set) var result = Result.incomplete
    let byteCount: Int
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        byteCount = bytes.count
        do throws(Stop) {
            while let size = try readSize() { try readData(size) }
            let section = try readTrailers()
            result = .complete(used: position, trailers: section)
        } catch {
            result = error == .invalid ? .invalid : .incomplete
        }
    }

    private func peek() throws(Stop) -> UInt8 {
        guard position < bytes.count else { throw .incomplete }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8) throws(Stop) {
        guard try peek() == byte else { throw .invalid }
        position += 1
    }

    /// Nil for the last chunk.
    private mutating func readSize() throws(Stop) -> Int? {
        let start = position
        var size = 0
        while let digit = try Self.hexDigit(peek()) {
            let (shifted, overflow) = size.multipliedReportingOverflow(by: 16)
            let (sum, carry) = shifted.addingReportingOverflow(digit)
            position += 1
            // A number that no longer fits is wrong from its last digit on.
            guard !overflow, !carry else { throw .invalid }
            size = sum
        }
        guard position > start else { throw .invalid }
        let hasSpace = try Self.isWhitespace(peek())
        while try Self.isWhitespace(peek()) { position += 1 }
        if try peek() == UInt8(ascii: ";") {
            while try peek() != UInt8(ascii: "\r") {
                let byte = bytes[position]
                let isText = byte == 9 || byte >= 32 && byte != 127
                guard isText else { throw .invalid }
                position += 1
            }
        } else if hasSpace {
            throw .invalid
        }
        try expect(UInt8(ascii: "\r"))
        try expect(UInt8(ascii: "\n"))
        return size == 0 ? nil : size
    }

    private mutating func readData(_ size: Int) throws(Stop) {
        let end = size > bytes.count - position ? bytes.count : position + size
        let isWhole = end - position == size
        body += bytes[position..<end]
        position = end
        guard isWhole else { throw .incomplete }
        try expect(UInt8(ascii: "\r"))
        try expect(UInt8(ascii: "\n"))
    }

    private mutating func readTrailers() throws(Stop) -> [UInt8] {
        let start = position
        while true {
            guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
                throw .incomplete
            }
            let line = bytes[position..<end]
            position = end + 1
            if line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) {
                return Array(bytes[start..<position])
            }
        }
    }

    private static func hexDigit(_ byte: UInt8) -> Int? {
        let digits: StaticString = "0123456789abcdef"
        let lowercase = byte >= 0x41 && byte <= 0x46 ? byte + 0x20 : byte
        return digits.withUTF8Buffer { unsafe $0.firstIndex(of: lowercase) }
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
}
