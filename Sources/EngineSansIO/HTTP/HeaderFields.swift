/// The header or trailer fields of a message, in order, names compared without regard to case.
///
/// Fields are kept as they go over the wire, so that sending and receiving copy bytes and allocate
/// nothing per field. A field that could not be sent as one line, because of a line break, a NUL
/// or another control character for instance, is never stored; the collection remembers that in
/// ``invalidField`` and a request that carries it is refused.
///
/// Source: RFC 9110 section 5.
public struct HeaderFields: Sendable, Hashable {
    /// One field.
    public struct Field: Sendable, Hashable {
        /// The name as it was sent or given.
        public let name: String
        /// The value without white space around it; bytes that are not UTF-8 are replaced.
        public let value: String
    }

    // Heads are far smaller; an idle connection is not to hold on to a large one.
    private static let keptStorage = 4_096

    /// `name: value` lines, each ended by CR LF.
    package private(set) var wire: [UInt8] = []
    /// How many fields there are.
    public private(set) var count = 0
    /// The name of the first field that was refused, if one was.
    public private(set) var invalidField: String?
    /// Bytes of the longest line, its end included.
    package private(set) var longestLine = 0

    /// No fields.
    public init() {}

    /// Whether there are no fields.
    public var isEmpty: Bool { count == 0 }

    /// Adds a field after those that are there.
    ///
    /// A name that is no token (RFC 9110 section 5.6.2) or a value with control characters other
    /// than tab is not stored: see ``invalidField``.
    public mutating func append(_ name: String, _ value: String) {
        let nameBytes = Array(name.utf8)
        let valueBytes = Array(value.utf8)
        guard !nameBytes.isEmpty,
            nameBytes.allSatisfy(\.isTokenCharacter),
            valueBytes.allSatisfy(\.isFieldValueCharacter)
        else {
            invalidField = invalidField ?? name
            return
        }
        nameBytes.withRawSpan { name in
            valueBytes.withRawSpan { value in
                appendValid(
                    name, 0..<name.byteCount,
                    value, value.trimmingWhitespace(in: 0..<value.byteCount))
            }
        }
    }

    /// Removes every field of a name.
    public mutating func removeAll(named name: String) {
        var kept = HeaderFields()
        kept.invalidField = invalidField
        var name = name
        name.withUTF8 { name in
            wire.withRawSpan { wire in
                var position = 0
                while let line = HeaderLine(wire, at: &position) {
                    if unsafe line.isNamed(name, in: wire) { continue }
                    kept.appendValid(wire, line.name, wire, line.value)
                }
            }
        }
        self = kept
    }

    /// The value of the first field of a name; setting replaces all fields of it.
    public subscript(name: String) -> String? {
        get {
            var name = name
            return name.withUTF8 { name in
                wire.withRawSpan { wire in
                    var position = 0
                    while let line = HeaderLine(wire, at: &position) {
                        if unsafe line.isNamed(name, in: wire) { return wire.text(in: line.value) }
                    }
                    return nil
                }
            }
        }
        set {
            removeAll(named: name)
            if let newValue { append(name, newValue) }
        }
    }

    /// The values of all fields of a name, in order.
    public func values(of name: String) -> [String] {
        filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// Adds a field whose characters are known to be valid.
    package mutating func appendValid(
        _ name: RawSpan, _ nameRange: Range<Int>, _ value: RawSpan, _ valueRange: Range<Int>
    ) {
        let start = wire.count
        wire.append(name, in: nameRange)
        wire.append(.colon)
        wire.append(.space)
        wire.append(value, in: valueRange)
        wire.append(.carriageReturn)
        wire.append(.lineFeed)
        countLine(ofSize: wire.count - start)
    }

    /// Adds lines as they are kept; each is to be counted by ``countLine(ofSize:)``.
    @inline(__always)
    mutating func appendValidLines(_ bytes: RawSpan, _ range: Range<Int>) {
        if !range.isEmpty { wire.append(bytes, in: range) }
    }

    @inline(__always)
    mutating func countLine(ofSize size: Int) {
        count &+= 1
        longestLine = Swift.max(longestLine, size)
    }

    /// Calls a closure with the stored lines, and with where each has its name and its bytes.
    func forEachLine(_ body: (RawSpan, _ name: Range<Int>, _ line: Range<Int>) -> Void) {
        wire.withRawSpan { wire in
            var position = 0
            var start = 0
            while let line = HeaderLine(wire, at: &position) {
                body(wire, line.name, start..<position)
                start = position
            }
        }
    }

    /// Removes all fields but keeps the storage, if it is small and nobody else has it.
    mutating func startOver() {
        count = 0
        longestLine = 0
        if wire.count > Self.keptStorage {
            wire = []
        } else if !wire.isEmpty {
            wire.removeAll(keepingCapacity: true)
        }
    }
}

extension HeaderFields: Sequence {
    /// Goes through the fields in order.
    public struct Iterator: IteratorProtocol {
        fileprivate let wire: [UInt8]
        fileprivate var position = 0

        /// The next field.
        public mutating func next() -> Field? {
            wire.withRawSpan { wire in
                guard let line = HeaderLine(wire, at: &position) else { return nil }
                return Field(name: wire.text(in: line.name), value: wire.text(in: line.value))
            }
        }
    }

    /// Goes through the fields in order.
    public func makeIterator() -> Iterator { Iterator(wire: wire) }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    /// Makes the fields of a literal, in its order; a name may come twice.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (name, value) in elements { append(name, value) }
    }
}

/// Where one stored line has its name and value.
private struct HeaderLine {
    let name: Range<Int>
    let value: Range<Int>

    /// Reads the line at a position and moves past it.
    init?(_ wire: RawSpan, at position: inout Int) {
        let start = position
        guard start < wire.byteCount,
            let colon = wire.firstPosition(of: .colon, in: start..<wire.byteCount),
            let end = wire.firstPosition(of: .lineFeed, in: colon..<wire.byteCount)
        else { return nil }
        name = start..<colon
        value = colon + 2..<end - 1
        position = end + 1
    }

    // Callers lend the bytes for the call; as many are compared as both have.
    func isNamed(_ other: UnsafeBufferPointer<UInt8>, in wire: RawSpan) -> Bool {
        guard name.count == other.count else { return false }
        for offset in 0..<other.count {
            let theirs = unsafe other[offset].asciiLowercased
            if wire[name.lowerBound + offset].asciiLowercased != theirs { return false }
        }
        return true
    }
}
