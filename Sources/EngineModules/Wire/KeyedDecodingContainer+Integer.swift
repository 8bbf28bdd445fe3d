extension KeyedDecodingContainer {
    /// An integer that may be written as a string, as protobuf's JSON mapping writes 64-bit ones;
    /// nil when it is missing or null.
    func decodeIntegerIfPresent(forKey key: Key) throws -> Int64? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        guard let text = try? decode(String.self, forKey: key) else {
            return try decode(Int64.self, forKey: key)
        }
        guard let value = Int64(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "a string that is no 64-bit integer")
        }
        return value
    }
}
