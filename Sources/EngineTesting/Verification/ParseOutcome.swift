package import EngineSansIO

/// What a parser made of some bytes.
package struct ParseOutcome<Head: Hashable & Sendable>: Hashable, Sendable {
    /// The head, if it was reached.
    package var head: Head?
    /// The body's pieces, joined.
    package var body: [UInt8] = []
    /// The trailers, once the message has ended.
    package var trailers = HeaderFields()
    /// Whether the message is complete.
    package var hasEnded = false
    /// Whether the message was not complete when all bytes were used: it ended with the
    /// connection, is truncated, or waits for more.
    package var needsEndOfInput = false
    /// How many bytes follow the message; 0 after an error.
    package var leftoverCount = 0
    /// Why the bytes are no message.
    package var error: HTTPParseError?

    /// An outcome of no bytes.
    package init() {}

    /// Whether two outcomes say the same of the bytes.
    ///
    /// How much of a body is handed on before an error depends on the pieces: there, one body
    /// only has to begin with the other.
    package func agrees(with other: ParseOutcome) -> Bool {
        guard error != nil, error == other.error else { return self == other }
        let (shorter, longer) =
            body.count < other.body.count ? (body, other.body) : (other.body, body)
        return head == other.head && longer.starts(with: shorter)
    }
}

/// How bytes are cut before a parser gets them.
package enum ByteSplit: Hashable, Sendable {
    /// In one piece.
    case whole
    /// In pieces of one byte.
    case byteByByte
    /// In two pieces, the second from this offset on; either may be empty.
    case at(Int)

    func pieces(of count: Int) -> [Range<Int>] {
        switch self {
        case .whole: [0..<count]
        case .byteByByte: (0..<count).map { $0..<$0 + 1 }
        case .at(let offset): [0..<offset, offset..<count]
        }
    }
}

/// A split that gives another outcome than the whole.
package struct ParserMismatch<Head: Hashable & Sendable>: Error, Hashable {
    /// How the bytes were cut.
    package let split: ByteSplit
    /// How many bytes followed the message.
    package let trailingCount: Int
    /// What was to come out.
    package let expected: ParseOutcome<Head>
    /// What came out.
    package let actual: ParseOutcome<Head>
}
