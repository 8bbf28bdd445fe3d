/// A disagreement that `DISAGREEMENTS.md` accounts for.
struct KnownDisagreement: Sendable {
    let name: String
    let matches: @Sendable (Disagreement) -> Bool

    static let all = onlyTheyTake + onlyWeTake + bothTake + otherFraming

    /// What the reason of a refusal says, on our side, and what the bytes must be then.
    private static func stricter(
        _ name: String, _ reasons: [String], _ test: @escaping @Sendable (Sample) -> Bool
    ) -> KnownDisagreement {
        KnownDisagreement(name: name) { disagreement in
            guard case .refused(let reason) = disagreement.ours else { return false }
            return reasons.contains(reason) && test(disagreement.sample)
        }
    }

    private static func looser(
        _ name: String, _ reasons: [String], _ test: @escaping @Sendable (Sample) -> Bool
    ) -> KnownDisagreement {
        KnownDisagreement(name: name) { disagreement in
            guard case .refused(let reason) = disagreement.theirs else { return false }
            return reasons.contains(reason) && test(disagreement.sample)
        }
    }

    private static func different(
        _ name: String, _ test: @escaping @Sendable (Sample, Message, Message) -> Bool
    ) -> KnownDisagreement {
        KnownDisagreement(name: name) { disagreement in
            guard case .message(let ours) = disagreement.ours,
                case .message(let theirs) = disagreement.theirs
            else { return false }
            return test(disagreement.sample, ours, theirs)
        }
    }

    // MARK: Only they take it

    private static let onlyTheyTake: [KnownDisagreement] = [
        stricter("chunked-in-http-1.0", ["conflictingFraming"]) { sample in
            !sample.rawValues(of: "transfer-encoding").isEmpty
                && sample.startLine.contains("HTTP/1.0")
        },
        stricter("other-coding", ["unsupportedTransferCoding"]) { sample in
            sample.rawValuesEverywhere(of: "transfer-encoding").contains { codings in
                codings.count > 1 || codings.contains { $0.trimmed.lowercased() != "chunked" }
            }
        },
        stricter("spaces-in-request-line", ["invalidRequestLine"]) { sample in
            sample.kind == .request
                && (sample.startLine.contains("  ") || sample.startLine.hasSuffix(" "))
        },
        stricter("other-protocol", ["invalidStatusLine", "invalidRequestLine"]) { sample in
            ["RTSP/", "ICE/"].contains { sample.startLine.contains($0) }
        },
        stricter("empty-lines-before", ["invalidStatusLine", "invalidRequestLine"]) {
            $0.hasEmptyLineBeforeHead
        },
        stricter("carriage-return-alone", ["truncated"]) { $0.hasLoneCarriageReturn },
        stricter("control-in-reason", ["invalidStatusLine"]) { sample in
            sample.startLines.contains { line in
                line.dropFirst(12).contains { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7f }
            }
        },
        stricter("status-out-of-range", ["invalidStatusCode"]) { sample in
            Int(sample.secondWord).map { !(100...599).contains($0) } == true
        },
        stricter("switching-protocols", ["unexpectedUpgrade"]) { $0.secondWord == "101" },
        stricter("length-over-63-bits", ["invalidContentLength"]) { sample in
            sample.rawValues(of: "content-length").contains { value in
                value.trimmed.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && Int(value.trimmed) == nil
            }
        },
    ]

    // MARK: Only we take it

    private static let onlyWeTake: [KnownDisagreement] = [
        looser(
            "line-feed-alone",
            [
                "unknown (http_parser error)", "invalid character in header",
                "invalid HTTP version", "strict mode assertion", "invalid constant string",
                "invalid HTTP status code",
            ]
        ) { $0.hasLoneLineFeed },
        looser("line-folding", ["invalid character in header"]) { sample in
            sample.kind != .request && sample.hasFoldedLine
        },
        looser("unknown-method", ["invalid HTTP method"]) { sample in
            sample.kind == .request && !sample.firstWord.isEmpty
        },
        looser(
            "pri-method", ["invalid HTTP version", "stream ended at an unexpected time"]
        ) { $0.firstWord == "PRI" },
        looser("target-form", ["invalid URL"]) { sample in
            sample.kind == .request && !["/", "*"].contains(sample.secondWord.prefix(1))
        },
        looser(
            "chunk-extension", ["strict mode assertion", "invalid character in chunk size header"]
        ) { !$0.chunkExtensions.isEmpty },
        looser(
            "length-list",
            [
                "invalid character in content-length header", "unexpected content-length header",
            ]
        ) { sample in
            let values = sample.rawValues(of: "content-length")
            return values.count > 1 || values.contains { $0.contains(",") }
        },
        looser("tab-after-length", ["invalid character in content-length header"]) { sample in
            sample.rawValues(of: "content-length").contains { $0.hasSuffix("\t") }
        },
        looser(
            "close-in-interim-response",
            ["data received after completed connection: close message"]
        ) { sample in
            // The final response is the second head that stands in the bytes.
            let head = sample.bytes.prefix(12)
            return head.starts(with: "HTTP/1.".utf8) && head.dropFirst(9).first == 0x31
        },
    ]

    // MARK: Both take it

    private static let bothTake: [KnownDisagreement] = [
        different("space-after-value") { _, ours, theirs in ours == trimmed(theirs) },
        different("m-search-name") { sample, ours, theirs in
            var renamed = trimmed(theirs)
            renamed.start = "M-SEARCH" + theirs.start.dropFirst("MSEARCH".count)
            return sample.firstWord == "M-SEARCH" && ours == renamed
        },
    ]

    // MARK: They frame the body otherwise

    private static let otherFraming: [KnownDisagreement] = [
        KnownDisagreement(name: "space-after-coding") { disagreement in
            disagreement.sample.rawValues(of: "transfer-encoding").contains { value in
                let isChunked = value.trimmed.lowercased() == "chunked"
                return isChunked && (value.hasSuffix(" ") || value.hasSuffix("\t"))
            }
        },
        KnownDisagreement(name: "framing-in-trailers") { disagreement in
            let sample = disagreement.sample
            // The head's own fields are as they should be.
            return sample.rawValues(of: "transfer-encoding").map { $0.trimmed.lowercased() }
                == ["chunked"]
                && sample.rawValues(of: "content-length").isEmpty && sample.hasFramingInTrailers
        },
        KnownDisagreement(name: "connect-body") { disagreement in
            let sample = disagreement.sample
            guard sample.firstWord == "CONNECT", case .message(let theirs) = disagreement.theirs,
                theirs.body.isEmpty
            else { return false }
            let names = ["content-length", "transfer-encoding"]
            return names.contains { !sample.rawValues(of: $0).isEmpty }
        },
    ]

    private static func trimmed(_ message: Message) -> Message {
        var message = message
        message.fields = message.fields.map(trimmingValue)
        message.trailers = message.trailers.map(trimmingValue)
        return message
    }

    private static func trimmingValue(_ line: String) -> String {
        let name = line.prefix { $0 != ":" }
        return "\(name): \(String(line.dropFirst(name.count + 1)).trimmed)"
    }
}
