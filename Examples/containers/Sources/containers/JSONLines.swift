import EngineCore

/// Takes JSON values, one a line, out of chunks that end anywhere.
struct JSONLines {
    private static let longest = 1 << 20
    private var rest: [UInt8] = []

    mutating func add<Value: Decodable>(
        _ chunk: [UInt8], as type: Value.Type
    ) throws(EngineError) -> [Value] {
        rest += chunk
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else {
            guard rest.count <= Self.longest else {
                throw EngineError(
                    .invalidJSON, message: "a line of the stream is too long", delivery: .consumed)
            }
            return []
        }
        defer { rest.removeSubrange(...end) }
        do {
            return try rest[..<end].split(separator: UInt8(ascii: "\n")).map {
                try JSONCoding().decode(Value.self, from: Array($0))
            }
        } catch {
            throw EngineError(
                .invalidJSON, message: "a line of the stream is not the JSON that was expected",
                underlying: error, delivery: .consumed)
        }
    }

    /// What is left at the end: a last line that no line end follows.
    mutating func finish<Value: Decodable>(as type: Value.Type) throws(EngineError) -> [Value] {
        try add([UInt8(ascii: "\n")], as: type)
    }
}
