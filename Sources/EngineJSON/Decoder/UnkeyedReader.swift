/// The elements of an array, one after another.
struct UnkeyedReader: UnkeyedDecodingContainer {
    // Indices of 29 bits: all of it fits in an existential's own storage.
    private let document: JSONDocument
    private let array: Int32
    private var element: Int32
    private var position: Int32 = 0

    init(_ node: JSONNode) {
        document = node.document
        array = Int32(truncatingIfNeeded: node.index)
        element = array &+ 2
    }

    var codingPath: [any CodingKey] { document.path(to: Int(array)) }
    var count: Int? { total }
    var isAtEnd: Bool { position >= total }
    var currentIndex: Int { Int(position) }

    @inline(__always)
    private var total: Int { document.tape[Int(array)].length }

    @inline(__always)
    private func current(_ type: any Any.Type) throws -> Int {
        guard !isAtEnd else { throw exhausted(type) }
        return Int(element)
    }

    @inline(never)
    private func exhausted(_ type: any Any.Type) -> DecodingError {
        .valueNotFound(
            type,
            DecodingError.Context(
                codingPath: codingPath + [JSONKey(index: currentIndex)],
                debugDescription: "no element \(currentIndex): the array has \(total)"))
    }

    @inline(__always)
    private mutating func advance() {
        element = Int32(truncatingIfNeeded: document.tape.next(Int(element)))
        position &+= 1
    }

    /// Goes on to the next element only when this one could be decoded.
    @inline(__always)
    private mutating func take<Value>(
        _ body: (JSONDocument, Int) throws -> Value
    ) throws -> Value {
        let value = try body(document, current(Value.self))
        advance()
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard try document.tape[current(Any?.self)].kind == .null else { return false }
        advance()
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try take { try $0.bool(at: $1) } }
    mutating func decode(_ type: String.Type) throws -> String { try take { try $0.text(at: $1) } }
    mutating func decode(_ type: Double.Type) throws -> Double {
        try take { try $0.real(type, at: $1) }
    }
    mutating func decode(_ type: Float.Type) throws -> Float {
        try take { try $0.real(type, at: $1) }
    }
    mutating func decode(_ type: Int.Type) throws -> Int {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: Int8.Type) throws -> Int8 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: Int16.Type) throws -> Int16 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: Int32.Type) throws -> Int32 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: Int64.Type) throws -> Int64 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: Int128.Type) throws -> Int128 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt.Type) throws -> UInt {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 {
        try take { try $0.integer(type, at: $1) }
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try take { try JSONNode($0, $1).unbox(type) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try take { try JSONNode($0, $1).container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try take { try JSONNode($0, $1).unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try take { JSONNode($0, $1) } }
}
