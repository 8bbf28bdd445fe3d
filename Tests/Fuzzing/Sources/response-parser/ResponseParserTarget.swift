import EngineSansIO
import EngineTesting
import FuzzSupport

/// Responses, whole and in pieces: methods, limits and sizes of the pieces first, then the stream.
@main
enum ResponseParserTarget {
    static func main() {
        fuzz { check($0) }
    }

    private static func check(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let headBits = input.next()
        let limits = input.nextLimits()
        let sizes = PieceSizes(&input)
        let stream = input.rest()
        let whole = responses(in: stream, limits: limits, headBits: headBits)
        requireAgreement(
            whole, responses(in: stream, sizes: sizes, limits: limits, headBits: headBits))
        for (index, outcome) in whole.enumerated() {
            check(outcome, answersHead: headBits >> index & 1 == 1, limits)
        }
    }

    private static func check(
        _ outcome: ParseOutcome<ResponseHead>, answersHead: Bool, _ limits: HTTPLimits
    ) {
        outcome.trailers.requireWellFormed()
        require(outcome.trailers.count <= limits.fieldCount, "more trailers than allowed")
        guard let head = outcome.head else { return }
        head.fields.requireWellFormed()
        require((200...599).contains(head.status), "status \(head.status)")
        require(head.fields.count <= limits.fieldCount, "more fields than allowed")
        if outcome.error == nil {
            require(outcome.body.count <= limits.bodySize, "a larger body than allowed")
        }
        if answersHead || head.status == 204 || head.status == 304 {
            require(head.framing == .none, "a body of \(head.framing) where none can be")
        }
        switch head.framing {
        case .none:
            require(outcome.body.isEmpty && outcome.hasEnded, "a body or no end")
        case .length(let length):
            require(outcome.body.count <= length, "more than \(length) bytes")
            require(!outcome.hasEnded || outcome.body.count == length, "fewer than \(length) bytes")
            require(!outcome.hasEnded || !outcome.needsEndOfInput, "a length that needs the close")
        case .chunked:
            require(!outcome.hasEnded || !outcome.needsEndOfInput, "chunks that need the close")
        case .untilClose:
            require(!head.persists, "persists beyond the close")
            require(outcome.needsEndOfInput || outcome.error != nil, "an end before the close")
        }
        requireSameFields(head)
    }

    // A field is kept as it would be sent: reading it again changes nothing.
    private static func requireSameFields(_ head: ResponseHead) {
        var bytes = Array("HTTP/1.1 204 \r\n".utf8)
        bytes += head.fields.wire
        bytes += Array("\r\n".utf8)
        let again = responses(in: bytes)
        require(again.count == 1 && again[0].head?.fields == head.fields, "\(head.fields)")
    }
}
