/// An array that is being written.
struct UnkeyedWriter: UnkeyedEncodingContainer {
    private let output: JSONOutput
    private let record: Int32
    private(set) var count = 0

    init(_ node: JSONEncoderNode) {
        let (output, record) = node.become(.array)
        self.output = output
        self.record = Int32(truncatingIfNeeded: record)
    }

    var codingPath: [any CodingKey] { output.path(at: Int(record)) }

    /// Begins an element, which the result takes.
    @inline(__always)
    private mutating func element() -> JSONOutput {
        let (output, record) = output.open(Int(record))
        output.element(record)
        count &+= 1
        return output
    }

    /// Writes an element, or nothing of it when it can't be encoded.
    @inline(__always)
    private mutating func element(_ body: (JSONOutput) throws -> Void) throws {
        let (output, record) = output.open(Int(record))
        try output.writing(record) {
            output.element(record)
            try body(output)
        }
        count &+= 1
    }

    mutating func encodeNil() { element().buffer.append("null") }
    mutating func encode(_ value: Bool) { element().buffer.bool(value) }
    mutating func encode(_ value: String) { element().buffer.string(value) }
    mutating func encode(_ value: Double) throws { try element { try $0.real(value) } }
    mutating func encode(_ value: Float) throws { try element { try $0.real(value) } }
    mutating func encode(_ value: Int) { element().buffer.integer(value) }
    mutating func encode(_ value: Int8) { element().buffer.integer(value) }
    mutating func encode(_ value: Int16) { element().buffer.integer(value) }
    mutating func encode(_ value: Int32) { element().buffer.integer(value) }
    mutating func encode(_ value: Int64) { element().buffer.integer(value) }
    mutating func encode(_ value: Int128) { element().buffer.integer(value) }
    mutating func encode(_ value: UInt) { element().buffer.integer(value) }
    mutating func encode(_ value: UInt8) { element().buffer.integer(value) }
    mutating func encode(_ value: UInt16) { element().buffer.integer(value) }
    mutating func encode(_ value: UInt32) { element().buffer.integer(value) }
    mutating func encode(_ value: UInt64) { element().buffer.integer(value) }
    mutating func encode(_ value: UInt128) { element().buffer.integer(value) }
    mutating func encode<T: Encodable>(_ value: T) throws { try element { try $0.write(value) } }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        nested().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { nested() }

    private mutating func nested() -> JSONEncoderNode {
        let output = element()
        return JSONEncoderNode(output: output, record: output.begin())
    }
}
