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
    /// The batch so far.
    package private(set) var bytes: [UInt8]
    /// Events in it.
    package private(set) var count = 0
    private let headerSize: Int

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
        bytes = [UInt8(ascii: "H"), .space] + header + [.lineFeed]
        headerSize = bytes.count
    }

    /// Adds an event, `queue:location:message` for instance.
    package mutating func append(_ event: some Collection<UInt8>) {
        bytes.reserveCapacity(bytes.count + event.count + 4)
        bytes.append(UInt8(ascii: "E"))
        bytes.append(.space)
        var rest = event[...]
        while let lineEnd = rest.firstIndex(of: .lineFeed) {
            bytes.append(contentsOf: rest[...lineEnd])
            bytes.append(.space)
            rest = rest[rest.index(after: lineEnd)...]
        }
        bytes.append(contentsOf: rest)
        bytes.append(.lineFeed)
        count += 1
    }

    /// Goes back to the header.
    package mutating func removeAllEvents() {
        bytes.removeSubrange(headerSize...)
        count = 0
    }
}
