import EngineSansIO
import EngineTesting
import FuzzSupport

/// Requests, whole and in pieces: limits and sizes of the pieces first, then the stream.
@main
enum RequestParserTarget {
    static func main() {
        fuzz { check($0) }
    }

    private static func check(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let limits = input.nextLimits()
        let sizes = PieceSizes(&input)
        let stream = input.rest()
        let whole = requests(in: stream, limits: limits)
        requireAgreement(whole, requests(in: stream, sizes: sizes, limits: limits))
        for outcome in whole { check(outcome, limits) }
    }

    private static func check(_ outcome: ParseOutcome<RequestHead>, _ limits: HTTPLimits) {
        guard let head = outcome.head else { return }
        head.fields.requireWellFormed()
        require(head.fields.count <= limits.fieldCount, "more fields than allowed")
        require(head.framing != .untilClose, "a request until the close")
        switch head.framing {
        case nil, .none?:
            require(outcome.body.isEmpty && outcome.hasEnded, "a body or no end")
        case .length(let length)?:
            require(outcome.body.count <= length, "more than \(length) bytes")
            require(!outcome.hasEnded || outcome.body.count == length, "fewer than \(length) bytes")
        case .chunked?, .untilClose?:
            break
        }
        if outcome.error == nil {
            require(outcome.body.count <= limits.bodySize, "a larger body than allowed")
        }
        requireSameHead(head)
    }

    // What was read says all there was: written again it reads the same.
    private static func requireSameHead(_ head: RequestHead) {
        let line = "\(head.method.rawValue) \(head.target) HTTP/1.\(head.minorVersion)\r\n"
        var bytes = Array(line.utf8)
        bytes += head.fields.wire
        bytes += Array("\r\n".utf8)
        var offset = 0
        bytes.withRawSpan { bytes in
            var parser = RequestParser()
            let event = try? parser.next(bytes, from: &offset)
            // A length that the limits of this second parser refuse is no difference of heads.
            if case .length(let length)? = head.framing, length > HTTPLimits().bodySize { return }
            require(event == .head(head) && offset == bytes.byteCount, "\(head)")
        }
    }
}
