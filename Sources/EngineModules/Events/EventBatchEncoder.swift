internal import EngineSansIO

/// Why a batch of events can't be written.
public enum EventBatchError: Error, Hashable, Sendable {
    /// The header is no JSON object on one line: it has a control character, or no braces around it.
    case invalidHeader
}

/// Writes events as the engine's events socket takes them: a line with a header, then each event
/// after `E `.
///
/// An event's own line breaks are followed by a space, which the engine takes out again: no event
/// can look like the beginning of another one.
package struct EventBatchEncoder: Sendable {
    // `E `, and the end of the line.
    private static let framingSize = 3

    /// The batch so far.
    package private(set) var bytes: [UInt8]
    /// Events in it.
    package private(set) var count = 0
    private let headerLine: [UInt8]

    /// Begins a batch.
    ///
    /// - Parameter header: A JSON object, in one line; whether it is what the engine asks for is
    ///   the engine's to say.
    /// - Throws: ``EventBatchError/invalidHeader``.
    package init(header: [UInt8]) throws(EventBatchError) {
        guard header.count >= 2, header.first == UInt8(ascii: "{"),
            header.last == UInt8(ascii: "}"),
            header.allSatisfy({ $0 >= .space && $0 != 0x7f })
        else { throw .invalidHeader }
        headerLine = [UInt8(ascii: "H"), .space] + header + [.lineFeed]
        bytes = headerLine
    }

    /// Bytes that the events take; without the header.
    package var eventBytes: Int { bytes.count - headerLine.count }

    /// Bytes that an event takes in a batch.
    package static func encodedSize(_ event: RawSpan) -> Int {
        var size = event.byteCount + framingSize
        var start = 0
        while let lineEnd = event.firstPosition(of: .lineFeed, in: start..<event.byteCount) {
            size += 1
            start = lineEnd + 1
        }
        return size
    }

    /// Adds an event, `queue:location:message` for instance.
    package mutating func append(_ event: some Collection<UInt8>) {
        // Copied before the storage is given back; initialized bytes have no padding to leak.
        let isContiguous: Void? = event.withContiguousStorageIfAvailable { buffer in
            append(unsafe buffer.span.bytes)
        }
        if isContiguous == nil { Array(event).withRawSpan { append($0) } }
    }

    /// Adds an event from borrowed bytes, which are copied once.
    ///
    /// - Parameter size: What ``encodedSize(_:)`` says of it, where the caller knows.
    package mutating func append(_ event: RawSpan, encodedSize size: Int? = nil) {
        bytes.append(UInt8(ascii: "E"))
        bytes.append(.space)
        var start = 0
        if size != event.byteCount + Self.framingSize {
            while let lineEnd = event.firstPosition(of: .lineFeed, in: start..<event.byteCount) {
                bytes.append(event, in: start..<lineEnd + 1)
                bytes.append(.space)
                start = lineEnd + 1
            }
        }
        bytes.append(event, in: start..<event.byteCount)
        bytes.append(.lineFeed)
        count += 1
    }

    /// Goes back to the header.
    package mutating func removeAllEvents() {
        bytes.removeSubrange(headerLine.count...)
        count = 0
    }

    /// Hands the batch over and begins the next one.
    package mutating func take() -> (bytes: [UInt8], count: Int) {
        var next = headerLine
        swap(&next, &bytes)
        defer { count = 0 }
        return (next, count)
    }
}
