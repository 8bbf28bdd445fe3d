/// Writes a document step by step, without a value in memory for the whole of it.
///
/// ```swift
/// let bytes = JSONWriter.object { event in
///     event.member("agent", "001")
///     event.array("ports") { ports in
///         for port in 1...3 { ports.element(port) }
///     }
/// }
/// // {"agent":"001","ports":[1,2,3]}
/// ```
///
/// Commas, colons, quotes and brackets come from the writer, and the types allow only what the grammar
/// does: a member has a name and one value, an element none, and a container ends with its closure. While an
/// inner closure runs, the compiler rejects uses of the outer writer. Names are not compared with
/// earlier ones: a name that is given twice is written twice.
public enum JSONWriter {
    /// Writes a document that is an object.
    ///
    /// - Parameter body: Writes the members.
    /// - Throws: Errors of the closure.
    /// - Returns: The document in UTF-8.
    public static func object<E: Error>(
        _ body: (inout JSONObjectWriter) throws(E) -> Void
    ) throws(E) -> [UInt8] {
        let sink = JSONSink()
        try sink.object(body)
        return sink.buffer.bytes
    }

    /// Writes a document that is an array.
    ///
    /// - Parameter body: Writes the elements.
    /// - Throws: Errors of the closure.
    /// - Returns: The document in UTF-8.
    public static func array<E: Error>(
        _ body: (inout JSONArrayWriter) throws(E) -> Void
    ) throws(E) -> [UInt8] {
        let sink = JSONSink()
        try sink.array(body)
        return sink.buffer.bytes
    }
}

/// The text of a document that is being written.
final class JSONSink {
    // The writers are not `Sendable`, and no accessor calls out.
    @exclusivity(unchecked) @safe var buffer = JSONBuffer()

    func object<E: Error>(
        _ body: (inout JSONObjectWriter) throws(E) -> Void
    ) throws(E) {
        buffer.append(.openBrace)
        var writer = JSONObjectWriter(self)
        try body(&writer)
        buffer.append(.closeBrace)
    }

    func array<E: Error>(
        _ body: (inout JSONArrayWriter) throws(E) -> Void
    ) throws(E) {
        buffer.append(.openBracket)
        var writer = JSONArrayWriter(self)
        try body(&writer)
        buffer.append(.closeBracket)
    }

    /// Writes what a comma may separate, and takes it back when it throws.
    @inline(__always)
    func item<E: Error>(
        _ isEmpty: inout Bool, _ body: () throws(E) -> Void
    ) throws(E) {
        let count = buffer.count
        if !isEmpty { buffer.append(.comma) }
        do throws(E) {
            try body()
        } catch {
            buffer.truncate(to: count)
            throw error
        }
        isEmpty = false
    }

    func encode(_ value: some Encodable, by coding: JSONCoding) throws {
        buffer.append(try coding.encode(value))
    }
}

extension JSONBuffer {
    fileprivate mutating func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
    }
}
