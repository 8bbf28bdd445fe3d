package import EngineSansIO

/// An input, read from the front; past its end there are zeros.
package struct FuzzInput {
    private let bytes: [UInt8]
    private var position = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var isEmpty: Bool { position >= bytes.count }

    package mutating func next() -> Int {
        guard position < bytes.count else { return 0 }
        position += 1
        return Int(bytes[position - 1])
    }

    /// At most `count` bytes.
    package mutating func next(_ count: Int) -> [UInt8] {
        let end = min(bytes.count, position + count)
        defer { position = end }
        return Array(bytes[position..<end])
    }

    package mutating func rest() -> [UInt8] { next(bytes.count) }

    /// Limits that a short input can reach, or the defaults.
    package mutating func nextLimits() -> HTTPLimits {
        let choice = next()
        var limits = HTTPLimits()
        limits.headSize = [limits.headSize, 8, 48, 200][choice & 3]
        limits.fieldCount = [limits.fieldCount, 0, 1, 4][choice >> 2 & 3]
        limits.bodySize = [limits.bodySize, 0, 7, 64][choice >> 4 & 3]
        return limits
    }
}

/// Sizes of pieces, gone through again and again; four zeros are one piece of everything.
package struct PieceSizes {
    private let sizes: [Int]

    package init(_ input: inout FuzzInput) {
        sizes = (0..<4).map { _ in input.next() }
    }

    package func forEachPiece(of bytes: [UInt8], _ body: (RawSpan) -> Void) {
        let isWhole = sizes.allSatisfy { $0 == 0 }
        bytes.withRawSpan { span in
            var position = 0
            var turn = 0
            while position < span.byteCount {
                let size = isWhole ? span.byteCount : sizes[turn % sizes.count]
                let end = min(span.byteCount, position + size)
                body(span.extracting(position..<end))
                position = end
                turn += 1
            }
        }
    }
}
