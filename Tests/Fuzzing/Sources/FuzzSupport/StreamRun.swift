package import EngineSansIO
package import EngineTesting

/// A parser of one message after another.
package protocol StreamParser: VerifiableParser {
    mutating func startNext()
}

extension RequestParser: StreamParser {
    package mutating func startNext() { startRequest() }
}

/// A response parser and whether each request was a `HEAD`, one bit per request.
package struct ResponseStream: StreamParser {
    private var parser: ResponseParser
    private var headBits: Int

    package init(limits: HTTPLimits, headBits: Int) {
        parser = ResponseParser(limits: limits)
        self.headBits = headBits
        startNext()
    }

    package var trailers: HeaderFields { parser.trailers }

    package mutating func startNext() {
        parser.startResponse(to: headBits & 1 == 1 ? .head : .get)
        headBits >>= 1
    }

    package mutating func step(
        _ input: RawSpan, from offset: inout Int
    ) throws(HTTPParseError) -> ParserStep<ResponseHead> {
        try parser.step(input, from: &offset)
    }

    package mutating func finish() throws(HTTPParseError) -> Bool { try parser.finish() }
}

// Not generic outside this module, where the generic code could not be specialized.

/// What a response parser makes of a stream, in one piece or in pieces.
package func responses(
    in bytes: [UInt8], sizes: PieceSizes? = nil, limits: HTTPLimits = HTTPLimits(),
    headBits: Int = 0
) -> [ParseOutcome<ResponseHead>] {
    StreamRun.outcomes(
        of: bytes, in: sizes, by: ResponseStream(limits: limits, headBits: headBits))
}

/// What a request parser makes of a stream, in one piece or in pieces.
package func requests(
    in bytes: [UInt8], sizes: PieceSizes? = nil, limits: HTTPLimits = HTTPLimits()
) -> [ParseOutcome<RequestHead>] {
    StreamRun.outcomes(of: bytes, in: sizes, by: RequestParser(limits: limits))
}

/// Checks that two ways to feed the same responses come to the same.
package func requireAgreement(
    _ left: [ParseOutcome<ResponseHead>], _ right: [ParseOutcome<ResponseHead>]
) {
    require(StreamRun<ResponseStream>.agree(left, right), "\(left)\nand \(right)")
}

/// Checks that two ways to feed the same requests come to the same.
package func requireAgreement(
    _ left: [ParseOutcome<RequestHead>], _ right: [ParseOutcome<RequestHead>]
) {
    require(StreamRun<RequestParser>.agree(left, right), "\(left)\nand \(right)")
}

/// One parser on its way through the pieces of a stream, held to its contract at every step.
struct StreamRun<Parser: StreamParser> {
    typealias Outcome = ParseOutcome<Parser.Head>

    // Enough for what goes from one message to the next.
    private static var messageLimit: Int { 4 }

    /// What was made of the messages, in order.
    private(set) var outcomes = [Outcome()]
    private var parser: Parser
    private let byteCount: Int
    private var usedCount = 0
    private var isBetween = false

    /// Feeds a fresh parser with all the pieces and then the end of the connection.
    static func outcomes(
        of bytes: [UInt8], in sizes: PieceSizes?, by parser: Parser
    ) -> [Outcome] {
        var run = StreamRun(parser: parser, byteCount: bytes.count)
        if let sizes {
            sizes.forEachPiece(of: bytes) { run.feed($0) }
        } else {
            bytes.withRawSpan { run.feed($0) }
        }
        run.finish()
        return run.outcomes
    }

    /// Whether two runs over the same bytes say the same.
    static func agree(_ left: [Outcome], _ right: [Outcome]) -> Bool {
        guard left.count == right.count, let leftLast = left.last, let rightLast = right.last
        else { return false }
        return left.dropLast() == right.dropLast() && leftLast.agrees(with: rightLast)
    }

    private init(parser: Parser, byteCount: Int) {
        self.parser = parser
        self.byteCount = byteCount
    }

    private var hasFailed: Bool { outcomes[outcomes.count - 1].error != nil }

    private mutating func feed(_ piece: RawSpan) {
        var offset = 0
        while !hasFailed {
            if isBetween {
                guard offset < piece.byteCount, outcomes.count < Self.messageLimit else { break }
                parser.startNext()
                outcomes.append(Outcome())
                isBetween = false
            }
            guard takeStep(piece, from: &offset) else { break }
        }
        usedCount += offset
    }

    /// Whether the same piece has more to give.
    private mutating func takeStep(_ piece: RawSpan, from offset: inout Int) -> Bool {
        let before = offset
        let last = outcomes.count - 1
        do throws(HTTPParseError) {
            let step = try parser.step(piece, from: &offset)
            require(
                offset >= before && offset <= piece.byteCount, "\(before) to \(offset)")
            switch step {
            case .needMore:
                require(offset == piece.byteCount, "asks for more beside unused bytes")
                return false
            case .head(let head):
                require(outcomes[last].head == nil, "two heads of one message")
                require(offset > before, "a head of no bytes")
                outcomes[last].head = head
            case .body(let range):
                require(outcomes[last].head != nil, "a body before its head")
                require(
                    !range.isEmpty && range.lowerBound >= before && range.upperBound <= offset,
                    "a body at \(range) between \(before) and \(offset)")
                outcomes[last].body.append(piece, in: range)
            case .end:
                require(outcomes[last].head != nil, "an end before a head")
                outcomes[last].hasEnded = true
                outcomes[last].trailers = parser.trailers
                outcomes[last].leftoverCount = byteCount - usedCount - offset
                isBetween = true
                requireEnd(piece, at: offset)
            }
            return true
        } catch {
            outcomes[last].error = error
            requireFinal(error, piece, at: offset)
            return false
        }
    }

    private func requireEnd(_ piece: RawSpan, at offset: Int) {
        var (copy, after) = (parser, offset)
        if case .end? = try? copy.step(piece, from: &after) {
            require(after == offset, "uses bytes after the end")
        } else {
            require(false, "goes on after the end")
        }
    }

    private func requireFinal(_ error: HTTPParseError, _ piece: RawSpan, at offset: Int) {
        var (copy, after) = (parser, offset)
        do throws(HTTPParseError) {
            _ = try copy.step(piece, from: &after)
            require(false, "goes on after \(error)")
        } catch let second {
            require(second == error && after == offset, "\(second) after \(error)")
        }
        do throws(HTTPParseError) {
            let hasEnded = try copy.finish()
            require(!hasEnded, "ends after \(error)")
        } catch let second {
            require(second == error, "\(second) at the end after \(error)")
        }
    }

    private mutating func finish() {
        guard !hasFailed, !isBetween else { return }
        let last = outcomes.count - 1
        outcomes[last].needsEndOfInput = true
        do throws(HTTPParseError) {
            outcomes[last].hasEnded = try parser.finish()
            if outcomes[last].hasEnded {
                require(outcomes[last].head != nil, "ends with the connection before a head")
                [].withRawSpan { requireEnd($0, at: 0) }
            }
        } catch {
            outcomes[last].error = error
            [].withRawSpan { requireFinal(error, $0, at: 0) }
        }
    }
}
