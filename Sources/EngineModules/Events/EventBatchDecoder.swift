internal import EngineSansIO

/// How a batch breaks its format.
package enum EventBatchFormatError: Error, Hashable, Sendable {
    /// Nothing ends the first line.
    case unterminatedHeader
    /// The first line is not `H ` and a JSON object's braces.
    case invalidHeader
    /// A line is neither an event's beginning nor the continuation of one.
    case invalidLine
    /// The last event's line has no end.
    case unterminatedEvent
}

/// Reads batches of events as strictly as ``EventBatchEncoder`` writes them.
package enum EventBatchDecoder {
    /// Reads a batch: its header first, then each event as it was before it was encoded.
    ///
    /// What stands before the place that breaks the format has been handed out when that is met, as
    /// the engine works while it reads.
    ///
    /// - Parameters:
    ///   - header: Called once, with the header's JSON.
    ///   - event: Called with each event.
    /// - Throws: ``EventBatchFormatError``, and what `header` throws.
    package static func decode(
        _ batch: [UInt8], header: ([UInt8]) throws -> Void, event: ([UInt8]) -> Void
    ) throws {
        try batch.withRawSpan { bytes in
            let end = bytes.byteCount
            guard let headerEnd = bytes.firstPosition(of: .lineFeed, in: 0..<end) else {
                throw EventBatchFormatError.unterminatedHeader
            }
            guard headerEnd >= 4, bytes[0] == UInt8(ascii: "H"), bytes[1] == .space,
                bytes[2] == UInt8(ascii: "{"), bytes[headerEnd - 1] == UInt8(ascii: "}")
            else { throw EventBatchFormatError.invalidHeader }
            var json: [UInt8] = []
            json.append(bytes, in: 2..<headerEnd)
            try header(json)
            try decodeEvents(bytes, from: headerEnd + 1, event)
        }
    }

    private static func decodeEvents(
        _ bytes: RawSpan, from start: Int, _ event: ([UInt8]) -> Void
    ) throws(EventBatchFormatError) {
        var current: [UInt8]?
        var position = start
        while position < bytes.byteCount {
            guard let lineEnd = bytes.firstPosition(of: .lineFeed, in: position..<bytes.byteCount)
            else { throw .unterminatedEvent }
            switch bytes[position] {
            case UInt8(ascii: "E") where lineEnd > position + 1 && bytes[position + 1] == .space:
                if let current { event(current) }
                var next: [UInt8] = []
                next.append(bytes, in: position + 2..<lineEnd)
                current = next
            case .space where current != nil:
                current?.append(.lineFeed)
                current?.append(bytes, in: position + 1..<lineEnd)
            default:
                if let current { event(current) }
                throw .invalidLine
            }
            position = lineEnd + 1
        }
        if let current { event(current) }
    }
}
