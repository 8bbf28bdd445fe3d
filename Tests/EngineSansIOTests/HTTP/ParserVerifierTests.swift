import EngineSansIO
import EngineTesting
import Testing

/// A verifier is worth nothing unless it finds faults.
@Suite struct ParserVerifierTests {
    /// Takes two bytes for a message, but goes wrong in a way of choice.
    private struct FaultyParser: VerifiableParser {
        enum Fault {
            case none
            case forgetsBetweenPieces
            case takesTrailingBytes
            case leavesBytesUnused
        }

        let fault: Fault
        var count = 0
        var trailers: HeaderFields { HeaderFields() }

        mutating func step(
            _ input: RawSpan, from offset: inout Int
        ) throws(HTTPParseError) -> ParserStep<Int> {
            if fault == .forgetsBetweenPieces, offset == 0 { count = 0 }
            let available = input.byteCount - offset
            if fault == .leavesBytesUnused, available == 1 { return .needMore }
            let taken = min(available, 2 - count)
            count += taken
            offset += fault == .takesTrailingBytes ? available : taken
            return count == 2 ? .end : .needMore
        }

        mutating func finish() throws(HTTPParseError) -> Bool { throw .truncated }
    }

    private func verify(_ fault: FaultyParser.Fault) throws -> ParseOutcome<Int> {
        try ParserVerifier.verify(FaultyParser(fault: fault), [1, 2], trailing: [3, 4, 5])
    }

    @Test func faultlessParserPasses() throws {
        let outcome = try verify(.none)
        #expect(outcome.hasEnded)
        #expect(outcome.leftoverCount == 0)
    }

    @Test func lostStateIsFound() throws {
        let mismatch = try #require(throws: ParserMismatch<Int>.self) {
            try verify(.forgetsBetweenPieces)
        }
        #expect(mismatch.split == .byteByByte)
        #expect(mismatch.trailingCount == 0)
        #expect(mismatch.expected.hasEnded)
        #expect(mismatch.actual.error == .truncated)
    }

    @Test func stolenBytesAreFound() throws {
        let mismatch = try #require(throws: ParserMismatch<Int>.self) {
            try verify(.takesTrailingBytes)
        }
        #expect(mismatch.split == .whole)
        #expect(mismatch.trailingCount == 3)
        #expect(mismatch.expected.leftoverCount == 3)
        #expect(mismatch.actual.leftoverCount == 0)
    }

    @Test func unusedBytesAreFound() throws {
        let mismatch = try #require(throws: ParserMismatch<Int>.self) {
            try verify(.leavesBytesUnused)
        }
        #expect(!mismatch.actual.hasEnded)
        #expect(mismatch.actual.leftoverCount == 2)
    }

    @Test func bodiesBeforeAnErrorOnlyHaveToBeginAlike() {
        var short = ParseOutcome<Int>()
        short.error = .truncated
        var long = short
        long.body = [1, 2]
        short.body = [1]
        #expect(short.agrees(with: long))
        #expect(long.agrees(with: short))
        short.body = [2]
        #expect(!short.agrees(with: long))
        short.body = [1]
        short.error = .invalidChunkSize
        #expect(!short.agrees(with: long))
        short.error = nil
        long.error = nil
        #expect(!short.agrees(with: long))
    }
}
