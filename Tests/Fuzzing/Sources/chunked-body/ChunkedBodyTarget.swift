import EngineSansIO
import EngineTesting
import FuzzSupport

/// Chunked bodies, whole and in pieces, against a decoder that is written for reading, not speed.
@main
enum ChunkedBodyTarget {
    private static let head = Array("HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n".utf8)

    static func main() {
        fuzz { check($0) }
    }

    private static func check(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        var limits = input.nextLimits()
        // The head above has to fit.
        limits.headSize = max(limits.headSize, head.count)
        limits.fieldCount = max(limits.fieldCount, 1)
        let sizes = PieceSizes(&input)
        let body = input.rest()
        let whole = outcome(of: body, in: nil, limits)
        let split = outcome(of: body, in: sizes, limits)
        requireAgreement([whole], [split])
        let unlimited =
            limits == HTTPLimits() ? whole : outcome(of: body, in: nil, HTTPLimits())
        let reference = ReferenceChunks(body)
        compare(unlimited, reference)
        guard whole != unlimited else { return }
        switch whole.error {
        case .bodyTooLarge?, .headTooLarge?, .tooManyFields?, .invalidChunkSize?,
            .invalidChunkExtension?:
            break
        default:
            require(false, "limits make another message: \(whole) for \(unlimited)")
        }
    }

    private static func outcome(
        of body: [UInt8], in sizes: PieceSizes?, _ limits: HTTPLimits
    ) -> ParseOutcome<ResponseHead> {
        let outcomes = responses(in: head + body, sizes: sizes, limits: limits)
        require(outcomes[0].head?.framing == .chunked, "\(outcomes)")
        return outcomes[0]
    }

    private static func compare(
        _ outcome: ParseOutcome<ResponseHead>, _ reference: ReferenceChunks
    ) {
        require(outcome.body == reference.body, "\(outcome.body) for \(reference.body)")
        switch reference.result {
        case .complete(let used, let section):
            let trailers = trailers(in: section)
            require(outcome.hasEnded == (trailers != nil), "\(outcome) for \(section)")
            guard let trailers else { return }
            require(outcome.trailers == trailers, "\(outcome.trailers) for \(trailers)")
            require(
                outcome.leftoverCount == reference.byteCount - used,
                "\(outcome.leftoverCount) left of \(reference.byteCount) after \(used)")
        case .incomplete:
            require(outcome.error == .truncated && !outcome.hasEnded, "\(outcome)")
        case .invalid:
            require(outcome.error != nil && outcome.error != .truncated, "\(outcome)")
        }
    }

    /// The fields of a trailer section, as a head would have them.
    private static func trailers(in section: [UInt8]) -> HeaderFields? {
        let bytes = Array("HTTP/1.1 204 \r\n".utf8) + section
        return bytes.withRawSpan { bytes in
            var parser = ResponseParser()
            parser.startResponse(to: .get)
            var offset = 0
            do throws(HTTPParseError) {
                guard case .head(let head) = try parser.next(bytes, from: &offset) else {
                    return nil
                }
                return head.fields
            } catch .conflictingFraming {
                // Only a head's fields frame something.
                let text = String(decoding: section, as: UTF8.self)
                require(text.lowercased().contains("transfer-encoding"), "conflict of nothing")
                return fieldsOneByOne(section)
            } catch {
                return nil
            }
        }
    }

    /// Lines without their line feeds, each with the lines that continue it (RFC 9112 section 5.2).
    private static func foldedLines(in section: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for line in section.split(separator: .lineFeed, omittingEmptySubsequences: true) {
            if line.first == .space || line.first == .tab, let last = lines.popLast() {
                lines.append(last + [.lineFeed] + line)
            } else {
                lines.append(Array(line))
            }
        }
        return lines
    }

    private static func fieldsOneByOne(_ section: [UInt8]) -> HeaderFields? {
        var fields = HeaderFields()
        for line in foldedLines(in: section) {
            let bytes = Array("HTTP/1.1 204 \r\n".utf8) + line + Array("\n\r\n".utf8)
            guard let head = responses(in: bytes)[0].head else { return nil }
            head.fields.wire.withRawSpan { wire in
                guard let colon = wire.firstPosition(of: .colon, in: 0..<wire.byteCount) else {
                    return
                }
                fields.appendValid(wire, 0..<colon, wire, colon + 2..<wire.byteCount - 2)
            }
        }
        return fields
    }
}
