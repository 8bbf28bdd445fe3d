/// Frames a request's body that comes in parts.
package struct BodyEncoder: Sendable {
    /// A body that is not the one that the head announced.
    package enum Mismatch: Error, Hashable, Sendable {
        case tooLong
        case tooShort
    }

    private let framing: RequestFraming
    private var encoded = 0

    package init(_ framing: RequestFraming) {
        self.framing = framing
    }

    /// Whether all that was announced has been encoded; a chunked body says so by its end.
    package var isComplete: Bool { framing == .length(encoded) }

    /// The bytes that go before a part.
    ///
    /// - Parameter count: The part's bytes; more than 0, which would end a chunked body.
    /// - Throws: ``Mismatch/tooLong``.
    package mutating func prefix(count: Int) throws(Mismatch) -> [UInt8] {
        let isFirst = encoded == 0
        let (total, overflow) = encoded.addingReportingOverflow(count)
        guard !overflow else { throw .tooLong }
        encoded = total
        switch framing {
        case .length(let length):
            guard total <= length else { throw .tooLong }
            return []
        case .chunked:
            // The line end that closes the chunk before goes along.
            return Array("\(isFirst ? "" : "\r\n")\(String(count, radix: 16))\r\n".utf8)
        }
    }

    /// The bytes that go after the last part.
    ///
    /// - Throws: ``Mismatch/tooShort``.
    package func end() throws(Mismatch) -> [UInt8] {
        switch framing {
        case .length(let length):
            guard encoded == length else { throw .tooShort }
            return []
        case .chunked:
            return Array("\(encoded == 0 ? "" : "\r\n")0\r\n\r\n".utf8)
        }
    }
}
