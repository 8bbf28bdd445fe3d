/// The members of an object.
struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let node: JSONNode

    var codingPath: [any CodingKey] { node.codingPath }

    var allKeys: [Key] {
        let document = node.document
        var keys: [Key] = []
        var seen: Set<ExactName> = []
        let mayRepeat = document.needsIndex(node.index)
        keys.reserveCapacity(node.word.length)
        document.forEachMember(of: node.index) { name, _ in
            let name = document.key(name)
            if mayRepeat, !seen.insert(ExactName(name)).inserted { return }
            if let key = Key(stringValue: name) { keys.append(key) }
        }
        return keys
    }

    @inline(__always)
    private func find(_ key: Key) -> Int {
        node.document.member(key.stringValue, of: node.index)
    }

    /// The index of a member's value.
    @inline(__always)
    private func required(_ key: Key) throws -> Int {
        let index = find(key)
        guard index != 0 else { throw missing(key) }
        return index
    }

    @inline(never)
    private func missing(_ key: Key) -> DecodingError {
        .keyNotFound(
            key,
            DecodingError.Context(
                codingPath: codingPath, debugDescription: "no member \"\(key.stringValue)\""))
    }

    /// The index of a member's value; nil when there is none, or it is null.
    @inline(__always)
    private func optional(_ key: Key) -> Int? {
        let index = find(key)
        guard index != 0, node.document.tape[index].kind != .null else { return nil }
        return index
    }

    private func node(_ key: Key) throws -> JSONNode {
        JSONNode(node.document, try required(key))
    }

    func contains(_ key: Key) -> Bool { find(key) != 0 }
    func decodeNil(forKey key: Key) throws -> Bool {
        try node.document.tape[required(key)].kind == .null
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        try node.document.bool(at: required(key))
    }
    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try node.document.text(at: required(key))
    }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
        try node.document.real(type, at: required(key))
    }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
        try node.document.real(type, at: required(key))
    }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
        try node.document.integer(type, at: required(key))
    }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 {
        try node.document.integer(type, at: required(key))
    }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try node(key).unbox(type)
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        try optional(key).map { try node.document.bool(at: $0) }
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try optional(key).map { try node.document.text(at: $0) }
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        try optional(key).map { try node.document.real(type, at: $0) }
    }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
        try optional(key).map { try node.document.real(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int128.Type, forKey key: Key) throws -> Int128? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt128.Type, forKey key: Key) throws -> UInt128? {
        try optional(key).map { try node.document.integer(type, at: $0) }
    }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try optional(key).map { try JSONNode(node.document, $0).unbox(type) }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try node(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try node(key).unkeyedContainer()
    }

    func superDecoder() -> any Decoder { superDecoder(JSONKey.forSuper) }
    func superDecoder(forKey key: Key) -> any Decoder { superDecoder(key) }

    /// The decoder of a member; of null when there is none, for types that have nothing to decode.
    private func superDecoder(_ key: any CodingKey) -> JSONNode {
        let document = node.document
        let index = document.member(key.stringValue, of: node.index)
        return JSONNode(
            document, index != 0 ? index : document.missingValue(at: codingPath + [key]))
    }
}
