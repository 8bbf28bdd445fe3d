/// An object that is being written.
struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let output: JSONOutput
    private let record: Int

    init(_ node: JSONEncoderNode) { (output, record) = node.become(.object) }

    var codingPath: [any CodingKey] { output.path(at: record) }

    /// Writes a member's name; its value follows in the result.
    @inline(__always)
    private func member(_ key: some CodingKey) -> JSONOutput {
        let (output, record) = output.open(record)
        output.member(key, record)
        return output
    }

    /// Writes a member, or nothing of it when its value can't be encoded.
    @inline(__always)
    private func member(_ key: Key, _ body: (JSONOutput) throws -> Void) throws {
        let (output, record) = output.open(record)
        try output.writing(record) {
            output.member(key, record)
            try body(output)
        }
    }

    func encodeNil(forKey key: Key) { member(key).buffer.append("null") }
    func encode(_ value: Bool, forKey key: Key) { member(key).buffer.bool(value) }
    func encode(_ value: String, forKey key: Key) { member(key).buffer.string(value) }
    func encode(_ value: Double, forKey key: Key) throws {
        try member(key) { try $0.real(value) }
    }
    func encode(_ value: Float, forKey key: Key) throws {
        try member(key) { try $0.real(value) }
    }
    func encode(_ value: Int, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: Int8, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: Int16, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: Int32, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: Int64, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: Int128, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: UInt, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: UInt8, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: UInt16, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: UInt32, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: UInt64, forKey key: Key) { member(key).buffer.integer(value) }
    func encode(_ value: UInt128, forKey key: Key) { member(key).buffer.integer(value) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try member(key) { try $0.write(value) }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { nested(JSONKey.forSuper) }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: some CodingKey) -> JSONEncoderNode {
        let output = member(key)
        return JSONEncoderNode(output: output, record: output.begin())
    }
}
