/// A value of a document as a decoder.
///
/// It is not generic over its source: that made typed decoding three times as slow.
struct JSONNode: Decoder {
    let document: JSONDocument
    let index: Int

    @inline(__always)
    init(_ document: JSONDocument, _ index: Int) {
        self.document = document
        self.index = index
    }

    @inline(__always)
    var word: TapeWord { document.tape[index] }
    @inline(__always)
    var isNull: Bool { word.kind == .null }

    var codingPath: [any CodingKey] { document.path(to: index) }
    var userInfo: [CodingUserInfoKey: Any] { document.coding.userInfo }

    func container<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        guard word.kind == .object else { throw mismatch([String: Any].self) }
        return KeyedDecodingContainer(KeyedReader<Key>(node: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard word.kind == .array else { throw mismatch([Any].self) }
        return UnkeyedReader(self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func mismatch(_ type: any Any.Type) -> DecodingError { document.mismatch(type, at: index) }

    /// An error about a value of the right kind.
    func invalid(_ text: String) -> DecodingError { document.invalid(text, at: index) }

    @inline(__always)
    func unbox<T: Decodable>(_ type: T.Type) throws -> T {
        let kind = KnownTypes.decodable.kind(of: type)
        if kind == .plain { return try T(from: self) }
        return try unboxKnown(type, kind)
    }

    /// The types that the decoder knows, and others for the first time.
    @inline(never)
    private func unboxKnown<T: Decodable>(_ type: T.Type, _ kind: KnownTypes.Kind) throws -> T {
        // The kind says that `T` is the type of the first argument.
        switch kind {
        case .bool: unsafe unsafeBitCast(try document.bool(at: index), to: type)
        case .string: unsafe unsafeBitCast(try document.text(at: index), to: type)
        case .int: unsafe unsafeBitCast(try document.integer(Int.self, at: index), to: type)
        case .int64: unsafe unsafeBitCast(try document.integer(Int64.self, at: index), to: type)
        case .double: unsafe unsafeBitCast(try document.real(Double.self, at: index), to: type)
        case .value: unsafe unsafeBitCast(JSONValue(document, index), to: type)
        case .unknown, .plain, .special: try unboxSpecial(type)
        }
    }

    private func unboxSpecial<T: Decodable>(_ type: T.Type) throws -> T {
        if let special = type as? any JSONSpecialDecodable.Type {
            KnownTypes.decodable.insert(type, .special)
            // Both name the same type.
            guard let value = try special.init(special: self) as? T else { throw mismatch(type) }
            return value
        }
        KnownTypes.decodable.insert(type, KnownTypes.Kind(type))
        return try T(from: self)
    }
}

/// A type that is not decoded by its own `init(from:)`.
protocol JSONSpecialDecodable {
    init(special node: JSONNode) throws
}

extension JSONNode: SingleValueDecodingContainer {
    func decodeNil() -> Bool { isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try document.bool(at: index) }
    func decode(_ type: String.Type) throws -> String { try document.text(at: index) }
    func decode(_ type: Double.Type) throws -> Double { try document.real(type, at: index) }
    func decode(_ type: Float.Type) throws -> Float { try document.real(type, at: index) }
    func decode(_ type: Int.Type) throws -> Int { try document.integer(type, at: index) }
    func decode(_ type: Int8.Type) throws -> Int8 { try document.integer(type, at: index) }
    func decode(_ type: Int16.Type) throws -> Int16 { try document.integer(type, at: index) }
    func decode(_ type: Int32.Type) throws -> Int32 { try document.integer(type, at: index) }
    func decode(_ type: Int64.Type) throws -> Int64 { try document.integer(type, at: index) }
    func decode(_ type: Int128.Type) throws -> Int128 { try document.integer(type, at: index) }
    func decode(_ type: UInt.Type) throws -> UInt { try document.integer(type, at: index) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try document.integer(type, at: index) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try document.integer(type, at: index) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try document.integer(type, at: index) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try document.integer(type, at: index) }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try document.integer(type, at: index) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try unbox(type) }
}

extension Array: JSONSpecialDecodable where Element: Decodable {
    init(special node: JSONNode) throws {
        guard node.word.kind == .array else { throw node.mismatch([Any].self) }
        let count = node.word.length
        self.init()
        reserveCapacity(count)
        var element = node.index &+ 2
        for _ in 0..<count {
            append(try JSONNode(node.document, element).unbox(Element.self))
            element = node.document.tape.next(element)
        }
    }
}

extension Dictionary: JSONSpecialDecodable where Key == String, Value: Decodable {
    init(special node: JSONNode) throws {
        guard node.word.kind == .object else { throw node.mismatch([String: Any].self) }
        let document = node.document
        self.init(minimumCapacity: node.word.length)
        try document.forEachMember(of: node.index) { name, value in
            let value = try JSONNode(document, value).unbox(Value.self)
            updateValue(value, forKey: document.string(name))
        }
    }
}
