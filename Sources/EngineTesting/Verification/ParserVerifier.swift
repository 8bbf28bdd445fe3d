package import EngineSansIO

/// A step of a parser under verification.
package enum ParserStep<Head: Hashable & Sendable>: Sendable {
    /// The input is used up.
    case needMore
    /// The head is complete.
    case head(Head)
    /// Bytes of the body, as a range of the input.
    case body(Range<Int>)
    /// The message is complete.
    case end
}

/// A parser that ``ParserVerifier`` can feed; a copy of a fresh one is fresh too.
package protocol VerifiableParser {
    /// What it makes of a head.
    associatedtype Head: Hashable & Sendable

    /// Takes the next step; `offset` moves past what was used.
    mutating func step(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> ParserStep<Head>

    /// Takes note of the end of the connection; answers whether that ends the message.
    mutating func finish() throws(HTTPParseError) -> Bool

    /// The trailers of the message that ended.
    var trailers: HeaderFields { get }
}

/// Checks that a parser finds the same message however its bytes are split.
package enum ParserVerifier {
    /// Parses a response whole, byte by byte and cut at every offset.
    ///
    /// - Parameter trailing: Bytes to repeat all that with behind a response that ends by itself.
    /// - Returns: The outcome of the bytes as a whole, without `trailing`.
    /// - Throws: ``ParserMismatch`` for the first split with another outcome.
    package static func verifyResponse(
        _ bytes: [UInt8], to method: HTTPMethod = .get, limits: HTTPLimits = HTTPLimits(),
        trailing: [UInt8] = []
    ) throws(ParserMismatch<ResponseHead>) -> ParseOutcome<ResponseHead> {
        var parser = ResponseParser(limits: limits)
        parser.startResponse(to: method)
        return try verify(parser, bytes, trailing: trailing)
    }

    /// Parses a request whole, byte by byte and cut at every offset.
    ///
    /// - Parameter trailing: Bytes to repeat all that with behind a complete request.
    /// - Returns: The outcome of the bytes as a whole, without `trailing`.
    /// - Throws: ``ParserMismatch`` for the first split with another outcome.
    package static func verifyRequest(
        _ bytes: [UInt8], limits: HTTPLimits = HTTPLimits(), trailing: [UInt8] = []
    ) throws(ParserMismatch<RequestHead>) -> ParseOutcome<RequestHead> {
        try verify(RequestParser(limits: limits), bytes, trailing: trailing)
    }

    /// Feeds copies of a fresh parser with bytes whole, byte by byte and cut at every offset.
    ///
    /// - Returns: The outcome of the bytes as a whole, without `trailing`.
    /// - Throws: ``ParserMismatch`` for the first split with another outcome.
    package static func verify<Parser: VerifiableParser>(
        _ parser: Parser, _ bytes: [UInt8], trailing: [UInt8] = []
    ) throws(ParserMismatch<Parser.Head>) -> ParseOutcome<Parser.Head> {
        let whole = outcome(of: bytes, split: .whole, by: parser)
        try compareSplits(of: bytes, by: parser, trailingCount: 0, expected: whole)
        guard !trailing.isEmpty, whole.hasEnded, !whole.needsEndOfInput else { return whole }
        var followed = whole
        followed.leftoverCount += trailing.count
        try compareSplits(
            of: bytes + trailing, by: parser, trailingCount: trailing.count, expected: followed)
        return whole
    }

    /// Feeds a copy of a fresh parser with bytes that are cut in one way.
    package static func outcome<Parser: VerifiableParser>(
        of bytes: [UInt8], split: ByteSplit, by parser: Parser
    ) -> ParseOutcome<Parser.Head> {
        var run = ParserRun(parser: parser)
        bytes.withRawSpan { bytes in
            for piece in split.pieces(of: bytes.byteCount) where !run.isOver {
                run.feed(bytes.extracting(piece))
            }
        }
        return run.finish(byteCount: bytes.count)
    }

    private static func compareSplits<Parser: VerifiableParser>(
        of bytes: [UInt8], by parser: Parser, trailingCount: Int,
        expected: ParseOutcome<Parser.Head>
    ) throws(ParserMismatch<Parser.Head>) {
        for split in [.whole, .byteByByte] + (0...bytes.count).map(ByteSplit.at) {
            let actual = outcome(of: bytes, split: split, by: parser)
            guard actual.agrees(with: expected) else {
                throw ParserMismatch(
                    split: split, trailingCount: trailingCount, expected: expected, actual: actual)
            }
        }
    }
}

/// One parser on its way through the pieces of a message.
private struct ParserRun<Parser: VerifiableParser> {
    var parser: Parser
    private var outcome = ParseOutcome<Parser.Head>()
    private var usedCount = 0
    private(set) var isOver = false

    init(parser: Parser) {
        self.parser = parser
    }

    mutating func feed(_ piece: RawSpan) {
        var offset = 0
        do throws(HTTPParseError) {
            while try takeStep(piece, from: &offset) {}
        } catch {
            outcome.error = error
            isOver = true
        }
        usedCount += offset
    }

    /// Whether the same piece has more to give.
    private mutating func takeStep(
        _ piece: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> Bool {
        switch try parser.step(piece, from: &offset) {
        case .head(let head):
            outcome.head = head
            return true
        case .body(let range):
            outcome.body.append(piece, in: range)
            return true
        case .end:
            outcome.hasEnded = true
            isOver = true
            return false
        case .needMore:
            // A parser that asks for more beside unused bytes breaks its contract: they show up
            // as left over from a message that has not ended.
            isOver = offset < piece.byteCount
            return false
        }
    }

    mutating func finish(byteCount: Int) -> ParseOutcome<Parser.Head> {
        if !isOver {
            outcome.needsEndOfInput = true
            do throws(HTTPParseError) {
                outcome.hasEnded = try parser.finish()
            } catch {
                outcome.error = error
            }
        }
        if outcome.error == nil { outcome.leftoverCount = byteCount - usedCount }
        if outcome.hasEnded { outcome.trailers = parser.trailers }
        return outcome
    }
}

extension ResponseParser: VerifiableParser {
    /// Takes the next step; `offset` moves past what was used.
    package mutating func step(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> ParserStep<ResponseHead> {
        switch try next(input, from: &offset) {
        case .needMore: .needMore
        case .head(let head): .head(head)
        case .body(let range): .body(range)
        case .end: .end
        }
    }

    /// Takes note of the end of the connection; answers whether that ends the response.
    package mutating func finish() throws(HTTPParseError) -> Bool {
        try endOfInput() == .end
    }
}

extension RequestParser: VerifiableParser {
    /// None: the embedded engine has no use for a request's trailers.
    package var trailers: HeaderFields { HeaderFields() }

    /// Takes the next step; `offset` moves past what was used.
    package mutating func step(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> ParserStep<RequestHead> {
        switch try next(input, from: &offset) {
        case .needMore: .needMore
        case .head(let head): .head(head)
        case .body(let range): .body(range)
        case .end: .end
        }
    }

    /// Answers that it doesn't: no request ends with the connection.
    package mutating func finish() throws(HTTPParseError) -> Bool { false }
}
