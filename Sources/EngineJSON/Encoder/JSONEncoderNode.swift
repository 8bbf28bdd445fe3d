/// The place of a value as an encoder.
struct JSONEncoderNode: Encoder {
    let output: JSONOutput
    let record: Int

    var codingPath: [any CodingKey] { output.path(at: record) }
    var userInfo: [CodingUserInfoKey: Any] { output.coding.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(KeyedWriter<Key>(self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { UnkeyedWriter(self) }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// Makes the value a container.
    @inline(__always)
    func become(_ kind: JSONOutput.Record.Kind) -> (output: JSONOutput, record: Int) {
        let (output, record) = output.open(record)
        output.become(kind, record)
        return (output, record)
    }

    /// Makes the value a single one, which the result takes.
    @inline(__always)
    private func single() -> JSONOutput {
        let (output, record) = output.open(record)
        output.becomeSingle(record)
        return output
    }
}

extension JSONEncoderNode {
    /// Makes the value a single one, without asking it to encode itself.
    func encode(_ value: JSONValue) { single().buffer.value(value) }

    /// Adds members to the value, their names as they are.
    func encode(_ object: JSONObject) {
        let (output, record) = become(.object)
        for member in object.members {
            output.member(member.name, record)
            output.buffer.value(member.value)
        }
    }
}

extension JSONEncoderNode: SingleValueEncodingContainer {
    func encodeNil() { single().buffer.append("null") }
    func encode(_ value: Bool) { single().buffer.bool(value) }
    func encode(_ value: String) { single().buffer.string(value) }
    func encode(_ value: Double) throws { try single().real(value) }
    func encode(_ value: Float) throws { try single().real(value) }
    func encode(_ value: Int) { single().buffer.integer(value) }
    func encode(_ value: Int8) { single().buffer.integer(value) }
    func encode(_ value: Int16) { single().buffer.integer(value) }
    func encode(_ value: Int32) { single().buffer.integer(value) }
    func encode(_ value: Int64) { single().buffer.integer(value) }
    func encode(_ value: Int128) { single().buffer.integer(value) }
    func encode(_ value: UInt) { single().buffer.integer(value) }
    func encode(_ value: UInt8) { single().buffer.integer(value) }
    func encode(_ value: UInt16) { single().buffer.integer(value) }
    func encode(_ value: UInt32) { single().buffer.integer(value) }
    func encode(_ value: UInt64) { single().buffer.integer(value) }
    func encode(_ value: UInt128) { single().buffer.integer(value) }

    func encode<T: Encodable>(_ value: T) throws {
        let (output, record) = output.open(record)
        output.becomeSingle(record)
        try output.write(value)
    }
}
