extension JSONOutput {
    /// Begins a member with a key's name.
    @inline(__always)
    func member(_ key: some CodingKey, _ record: Int) {
        let name = key.stringValue
        member(coding.keys == .snakeCase ? SnakeCase.snakeCase(name) : name, record)
    }

    @inline(__always)
    func real(_ value: some BinaryFormat) throws {
        if !buffer.real(value) { try nonFinite(value) }
    }

    private func nonFinite(_ value: some BinaryFormat) throws {
        guard case .strings(let positive, let negative, let nan) = coding.nonFinite else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(
                    codingPath: currentPath,
                    debugDescription: "JSON has no number for \(value); set JSONCoding.nonFinite"))
        }
        buffer.string(value.isNaN ? nan : value > 0 ? positive : negative)
    }

    /// Writes a value that encodes itself.
    @inline(__always)
    func write<T: Encodable>(_ value: T) throws {
        let kind = KnownTypes.encodable.kind(of: T.self)
        if kind == .plain { try encode(value) } else { try writeKnown(value, kind) }
    }

    func encode(_ value: some Encodable) throws {
        let record = begin()
        try value.encode(to: JSONEncoderNode(output: self, record: record))
        finish(record)
    }

    /// The types that the encoder knows, and others for the first time.
    @inline(never)
    private func writeKnown<T: Encodable>(_ value: T, _ kind: KnownTypes.Kind) throws {
        // The kind says that `T` is the type of the second argument.
        switch kind {
        case .bool: buffer.bool(unsafe unsafeBitCast(value, to: Bool.self))
        case .string: buffer.string(unsafe unsafeBitCast(value, to: String.self))
        case .int: buffer.integer(unsafe unsafeBitCast(value, to: Int.self))
        case .int64: buffer.integer(unsafe unsafeBitCast(value, to: Int64.self))
        case .double: try real(unsafe unsafeBitCast(value, to: Double.self))
        case .value: buffer.value(unsafe unsafeBitCast(value, to: JSONValue.self))
        case .unknown, .plain, .special: try writeSpecial(value)
        }
    }

    private func writeSpecial<T: Encodable>(_ value: T) throws {
        if let special = value as? any JSONSpecialEncodable {
            KnownTypes.encodable.insert(T.self, .special)
            try special.write(to: self)
        } else {
            KnownTypes.encodable.insert(T.self, KnownTypes.Kind(T.self))
            try encode(value)
        }
    }
}

/// A type that is not encoded by its own `encode(to:)`.
protocol JSONSpecialEncodable {
    func write(to output: JSONOutput) throws
}

extension Array: JSONSpecialEncodable where Element: Encodable {
    func write(to output: JSONOutput) throws {
        let record = output.begin()
        output.become(.array, record)
        for element in self {
            let (output, record) = output.open(record)
            output.element(record)
            try output.write(element)
        }
        output.finish(record)
    }
}

extension Dictionary: JSONSpecialEncodable where Key == String, Value: Encodable {
    func write(to output: JSONOutput) throws {
        let record = output.begin()
        output.become(.object, record)
        for (name, value) in self {
            let (output, record) = output.open(record)
            output.element(record)
            output.buffer.string(name)
            output.buffer.append(.colon)
            try output.write(value)
        }
        output.finish(record)
    }
}
