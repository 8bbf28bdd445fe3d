/// Writes the elements of an array: see ``JSONWriter``.
public struct JSONArrayWriter: ~Copyable {
    private let sink: JSONSink
    private var isEmpty = true

    init(_ sink: JSONSink) { self.sink = sink }

    private mutating func item<E: Error>(_ body: () throws(E) -> Void) throws(E) {
        try sink.item(&isEmpty, body)
    }

    /// Writes a string.
    public mutating func element(_ value: String) {
        let sink = sink
        item { sink.buffer.string(value) }
    }

    /// Writes a boolean.
    public mutating func element(_ value: Bool) {
        let sink = sink
        item { sink.buffer.bool(value) }
    }

    /// Writes a whole number.
    public mutating func element<I: FixedWidthInteger>(_ value: I) {
        let sink = sink
        item { sink.buffer.integer(value) }
    }

    /// Writes any value.
    public mutating func element(_ value: JSONValue) {
        let sink = sink
        item { sink.buffer.value(value) }
    }

    /// Writes a value that encodes itself, such as a `Double`.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - coding: The form of names, dates and numbers inside.
    /// - Throws: As ``JSONCoding/encode(_:)``; then the element is not written.
    public mutating func element(
        encoding value: some Encodable, by coding: JSONCoding = JSONCoding()
    ) throws {
        let sink = sink
        try item { try sink.encode(value, by: coding) }
    }

    /// Writes an object.
    ///
    /// - Throws: Errors of the closure; then the element is not written.
    public mutating func object<E: Error>(
        _ body: (inout JSONObjectWriter) throws(E) -> Void
    ) throws(E) {
        let sink = sink
        try item { () throws(E) in try sink.object(body) }
    }

    /// Writes an array.
    ///
    /// - Throws: Errors of the closure; then the element is not written.
    public mutating func array<E: Error>(
        _ body: (inout JSONArrayWriter) throws(E) -> Void
    ) throws(E) {
        let sink = sink
        try item { () throws(E) in try sink.array(body) }
    }
}
