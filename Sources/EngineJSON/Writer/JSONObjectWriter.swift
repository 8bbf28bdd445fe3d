/// Writes the members of an object: see ``JSONWriter``.
public struct JSONObjectWriter: ~Copyable {
    private let sink: JSONSink
    private var isEmpty = true

    init(_ sink: JSONSink) { self.sink = sink }

    private mutating func item<E: Error>(
        _ name: String, _ body: () throws(E) -> Void
    ) throws(E) {
        let sink = sink
        try sink.item(&isEmpty) { () throws(E) in
            sink.buffer.string(name)
            sink.buffer.append(.colon)
            try body()
        }
    }

    /// Writes a member with a string.
    public mutating func member(_ name: String, _ value: String) {
        let sink = sink
        item(name) { sink.buffer.string(value) }
    }

    /// Writes a member with a boolean.
    public mutating func member(_ name: String, _ value: Bool) {
        let sink = sink
        item(name) { sink.buffer.bool(value) }
    }

    /// Writes a member with a whole number.
    public mutating func member<I: FixedWidthInteger>(_ name: String, _ value: I) {
        let sink = sink
        item(name) { sink.buffer.integer(value) }
    }

    /// Writes a member with any value.
    public mutating func member(_ name: String, _ value: JSONValue) {
        let sink = sink
        item(name) { sink.buffer.value(value) }
    }

    /// Writes a member with a value that encodes itself, such as a `Double`.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    ///   - coding: The form of names, dates and numbers inside.
    /// - Throws: As ``JSONCoding/encode(_:)``; then the member is not written.
    public mutating func member(
        _ name: String, encoding value: some Encodable, by coding: JSONCoding = JSONCoding()
    ) throws {
        let sink = sink
        try item(name) { try sink.encode(value, by: coding) }
    }

    /// Writes a member with an object.
    ///
    /// - Throws: Errors of the closure; then the member is not written.
    public mutating func object<E: Error>(
        _ name: String, _ body: (inout JSONObjectWriter) throws(E) -> Void
    ) throws(E) {
        let sink = sink
        try item(name) { () throws(E) in try sink.object(body) }
    }

    /// Writes a member with an array.
    ///
    /// - Throws: Errors of the closure; then the member is not written.
    public mutating func array<E: Error>(
        _ name: String, _ body: (inout JSONArrayWriter) throws(E) -> Void
    ) throws(E) {
        let sink = sink
        try item(name) { () throws(E) in try sink.array(body) }
    }
}
