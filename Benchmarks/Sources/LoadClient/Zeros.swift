/// A body of zeros, piece by piece.
package struct Zeros: AsyncSequence, Sendable {
    package struct AsyncIterator: AsyncIteratorProtocol {
        var remaining: Int
        let piece: [UInt8]

        package mutating func next() async -> [UInt8]? {
            guard remaining > 0 else { return nil }
            let count = Swift.min(remaining, piece.count)
            remaining -= count
            return count == piece.count ? piece : Array(piece[..<count])
        }
    }

    private let size: Int
    private let piece = [UInt8](repeating: 0, count: 65_536)

    package init(size: Int) {
        self.size = size
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(remaining: size, piece: piece)
    }
}
