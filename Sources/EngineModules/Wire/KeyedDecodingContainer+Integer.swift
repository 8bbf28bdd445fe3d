extension KeyedDecodingContainer {
    /// An integer that may be written as a string, as protobuf's JSON mapping writes 64-bit ones;
    /// nil when it is missing or null.
    func decodeIntegerIfPresent<Value: FixedWidthInteger & Decodable>(
        _ type: Value.Type = Value.self, forKey key: Key
    ) throws -> Value? {
        do {
            return try decodeIfPresent(Value.self, forKey: key)
        } catch {
            return try integer(inTextFor: key, insteadOf: error)
        }
    }

    /// An integer that may be written as a string.
    func decodeInteger<Value: FixedWidthInteger & Decodable>(
        _ type: Value.Type = Value.self, forKey key: Key
    ) throws -> Value {
        do {
            return try decode(Value.self, forKey: key)
        } catch {
            return try integer(inTextFor: key, insteadOf: error)
        }
    }

    private func integer<Value: FixedWidthInteger>(
        inTextFor key: Key, insteadOf error: any Error
    ) throws -> Value {
        guard let text = try? decode(String.self, forKey: key) else { throw error }
        guard let value = Value(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self,
                debugDescription: "a string that is no integer of \(Value.bitWidth) bits")
        }
        return value
    }
}
