import EngineJSON
import Testing

@Suite struct LimitTests {
    private func nested(_ depth: Int, object: Bool = false) -> [UInt8] {
        object
            ? bytes(
                String(repeating: "{\"a\":", count: depth) + "1"
                    + String(repeating: "}", count: depth))
            : [UInt8](repeating: 0x5b, count: depth) + [UInt8](repeating: 0x5d, count: depth)
    }

    @Test(arguments: [0, 1, 2, 128, 511, 512])
    func depthAtTheLimitIsAcceptedAndOneMoreIsNot(_ depth: Int) throws {
        let coding = JSONCoding(maximumDepth: depth)
        #expect(fault("1", by: coding) == nil)
        for isObject in [false, true] {
            if depth > 0 { #expect(fault(nested(depth, object: isObject), by: coding) == nil) }
            let error = try #require(fault(nested(depth + 1, object: isObject), by: coding))
            #expect(error.code == .depthLimit)
            #expect(error.offset == depth * (isObject ? 5 : 1))
            #expect(error.path.count == depth)
        }
        // Depth is not size.
        let wide = "[" + Array(repeating: "[]", count: 1_000).joined(separator: ",") + "]"
        #expect((fault(wide, by: coding) == nil) == (depth >= 2))
    }

    @Test func theDefaultIs128AndNoSettingExceedsTheCeiling() {
        #expect(fault(nested(128)) == nil)
        #expect(fault(nested(129))?.code == .depthLimit)
        let coding = JSONCoding(maximumDepth: .max)
        #expect(fault(nested(JSONCoding.depthCeiling), by: coding) == nil)
        #expect(fault(nested(JSONCoding.depthCeiling + 1), by: coding)?.code == .depthLimit)
    }

    @Test func millionsOfOpenBracketsNeedNoStack() {
        let coding = JSONCoding(maximumDepth: .max)
        #expect(fault([UInt8](repeating: 0x5b, count: 4_000_000), by: coding)?.code == .depthLimit)
    }

    @Test func deepValuesAreWrittenWithoutStack() {
        var value = JSONValue.array([])
        for _ in 0..<5_000 { value = .array([value]) }
        #expect(value.bytes().count == 10_002)
        #expect(value.bytes(as: .init(isIndented: true)).count > 10_002)
    }

    private indirect enum Chain: Codable, Equatable {
        case end
        case link(Chain)

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            self = container.isAtEnd ? .end : .link(try container.decode(Chain.self))
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            if case .link(let next) = self { try container.encode(next) }
        }
    }

    @Test func recursiveTypesReachTheCeiling() throws {
        let coding = JSONCoding(maximumDepth: JSONCoding.depthCeiling)
        let document = nested(JSONCoding.depthCeiling)
        #expect(try coding.encode(coding.decode(Chain.self, from: document)) == document)
    }

    @Test func documentsOf64MiBAreRead() throws {
        let size = 64 << 20
        var text = [UInt8](repeating: 0x61, count: size)
        text[0] = 0x22
        text[size - 1] = 0x22
        #expect(try JSONCoding().decode(String.self, from: text).utf8.count == size - 2)
        let numbers = "[" + String(repeating: "1,", count: 500_000) + "1]"
        #expect(try decode([Int].self, numbers).count == 500_001)
    }

    private func validate(_ bytes: [UInt8]) throws {
        try JSONCoding().validate(bytes)
    }

    @Test func documentsOver512MiBAreRefused() throws {
        let text = [UInt8](repeating: 0x20, count: 1 << 29)
        #expect(throws: JSONError.self) { try validate(text) }
        #expect(fault(text)?.code == .sizeLimit)
    }

    // What follows takes hours when a step is quadratic.

    private struct AnyNames: Decodable {
        let sum: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            let keys = container.allKeys.sorted { $0.stringValue < $1.stringValue }
            sum = try keys.reduce(0) { try $0 + container.decode(Int.self, forKey: $1) }
        }
    }

    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    @Test func membersInAnyOrderTakeLinearTime() throws {
        let members = (0..<60_000).map { "\"n\($0)\":1" }
        let text = "{\(members.joined(separator: ","))}"
        #expect(try decode(AnyNames.self, text).sum == 60_000)
        #expect(fault(text, by: JSONCoding(duplicates: .error)) == nil)
    }

    @Test func membersOfOneNameTakeLinearTime() throws {
        let text = "{" + Array(repeating: "\"a\":1", count: 60_000).joined(separator: ",") + "}"
        #expect(try decode(AnyNames.self, text).sum == 1)
        #expect(try JSONValue(parsing: bytes(text)) == ["a": 1])
    }

    private struct Tried: Decodable {
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if (try? container.decode(Bool.self)) != nil { return }
            _ = try container.decode(String.self)
        }
    }

    @Test func errorsOfManyElementsTakeLinearTime() throws {
        let strings = "[" + Array(repeating: "\"a\"", count: 60_000).joined(separator: ",") + "]"
        #expect(try decode([Tried].self, strings).count == 60_000)
        let members = (0..<60_000).map { "\"n\($0)\":\"a\"" }
        #expect(
            try decode([String: Tried].self, "{\(members.joined(separator: ","))}").count == 60_000)
    }
}
