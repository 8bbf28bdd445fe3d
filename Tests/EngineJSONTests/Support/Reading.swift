import EngineJSON

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The error of a document, or nil when it is accepted.
func fault(_ bytes: [UInt8], by coding: JSONCoding = JSONCoding()) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONValue(parsing: bytes, by: coding)
        return nil
    } catch {
        return error
    }
}

func fault(_ text: String, by coding: JSONCoding = JSONCoding()) -> JSONError? {
    fault(bytes(text), by: coding)
}

func decode<T: Decodable>(
    _ type: T.Type = T.self, _ text: String, by coding: JSONCoding = JSONCoding()
) throws -> T {
    try coding.decode(type, from: bytes(text))
}

func encode(_ value: some Encodable, by coding: JSONCoding = JSONCoding()) throws -> String {
    String(decoding: try coding.encode(value), as: UTF8.self)
}

/// A generator whose numbers depend on its seed alone.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
