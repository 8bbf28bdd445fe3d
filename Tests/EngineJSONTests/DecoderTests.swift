import EngineJSON
import Testing

@Suite struct DecoderTests {
    private struct Everything: Decodable {
        enum Keys: String, CodingKey { case plain, list, inner, missing, none, other }

        init(from decoder: any Decoder) throws {
            #expect(decoder.codingPath.isEmpty)
            #expect(decoder.userInfo[marker] as? Int == 7)
            let container = try decoder.container(keyedBy: Keys.self)
            #expect(container.allKeys == [.plain, .list, .inner, .none])
            #expect(container.contains(.plain) && !container.contains(.missing))
            #expect(try container.decodeNil(forKey: .none))
            #expect(try !container.decodeNil(forKey: .plain))
            #expect(try container.decodeIfPresent(Int.self, forKey: .missing) == nil)
            #expect(try container.decodeIfPresent([Int].self, forKey: .none) == nil)
            #expect(try container.decodeIfPresent(Int.self, forKey: .plain) == 1)
            #expect(throws: DecodingError.self) { try container.decode(Int.self, forKey: .none) }

            var list = try container.nestedUnkeyedContainer(forKey: .list)
            #expect(list.count == 6 && list.currentIndex == 0 && !list.isAtEnd)
            #expect(try !list.decodeNil())
            #expect(try list.decode(Int.self) == 1)
            #expect(try list.decodeNil())
            // A failure keeps the place.
            #expect(throws: DecodingError.self) { try list.decode(Int.self) }
            #expect(list.currentIndex == 2)
            #expect(list.codingPath.map(\.stringValue) == ["list"])
            #expect(try list.decode(String.self) == "two")
            let nested = try list.nestedContainer(keyedBy: Keys.self)
            #expect(nested.codingPath.map(\.stringValue) == ["list", "Index 3"])
            #expect(nested.codingPath.last?.intValue == 3)
            #expect(try nested.decode(Bool.self, forKey: .plain))
            var inner = try list.nestedUnkeyedContainer()
            #expect(inner.isAtEnd && inner.count == 0)
            #expect(throws: DecodingError.self) { try inner.decode(Int.self) }
            #expect(throws: DecodingError.self) { try inner.decodeNil() }
            #expect(throws: DecodingError.self) { try inner.superDecoder() }
            let last = try list.superDecoder()
            #expect(last.codingPath.map(\.stringValue) == ["list", "Index 5"])
            #expect(try last.singleValueContainer().decode(Double.self) == 0.5)
            #expect(list.isAtEnd)

            let object = try container.nestedContainer(keyedBy: Keys.self, forKey: .inner)
            #expect(object.codingPath.map(\.stringValue) == ["inner"])
            let other = try object.superDecoder(forKey: .other)
            #expect(other.codingPath.map(\.stringValue) == ["inner", "other"])
            #expect(try other.singleValueContainer().decode([Int].self) == [9])
            let parent = try object.superDecoder()
            #expect(parent.codingPath.map(\.stringValue) == ["inner", "super"])
            #expect(try parent.container(keyedBy: Keys.self).decode(Int.self, forKey: .plain) == 2)
            // Without a member it decodes null.
            let absent = try container.superDecoder()
            #expect(absent.codingPath.map(\.stringValue) == ["super"])
            #expect(try absent.singleValueContainer().decodeNil())
            #expect(throws: DecodingError.self) { try absent.container(keyedBy: Keys.self) }
            #expect(throws: DecodingError.self) {
                try container.nestedContainer(keyedBy: Keys.self, forKey: .list)
            }
            #expect(throws: DecodingError.self) {
                try container.nestedUnkeyedContainer(forKey: .inner)
            }
        }
    }

    @Test func everyContainerWorks() throws {
        let coding = JSONCoding(userInfo: [marker: 7])
        _ = try decode(
            Everything.self,
            #"{"plain":1,"list":[1,null,"two",{"plain":true},[],0.5],"#
                + #""inner":{"other":[9],"super":{"plain":2}},"none":null}"#,
            by: coding)
    }

    private struct Wide: Decodable, Equatable {
        let b: Bool, s: String, d: Double, f: Float, i: Int, i8: Int8, i16: Int16, i32: Int32
        let i64: Int64, i128: Int128, u: UInt, u8: UInt8, u16: UInt16, u32: UInt32, u64: UInt64
        let u128: UInt128
    }

    private struct Optionals: Decodable, Equatable {
        let b: Bool?, s: String?, d: Double?, f: Float?, i: Int?, i8: Int8?, i16: Int16?,
            i32: Int32?
        let i64: Int64?, i128: Int128?, u: UInt?, u8: UInt8?, u16: UInt16?, u32: UInt32?,
            u64: UInt64?
        let u128: UInt128?
    }

    @Test func everyPrimitiveWorksInEveryContainer() throws {
        let names = [
            "b", "s", "d", "f", "i", "i8", "i16", "i32", "i64", "i128", "u", "u8", "u16", "u32",
            "u64",
            "u128",
        ]
        let values = ["true", "\"x\""] + (2..<16).map(String.init)
        let document = "{\(zip(names, values).map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
        let wide = Wide(
            b: true, s: "x", d: 2, f: 3, i: 4, i8: 5, i16: 6, i32: 7, i64: 8, i128: 9, u: 10,
            u8: 11,
            u16: 12, u32: 13, u64: 14, u128: 15)
        #expect(try decode(Wide.self, document) == wide)
        let optionals = try decode(Optionals.self, document)
        #expect(optionals.b == true && optionals.s == "x" && optionals.d == 2 && optionals.f == 3)
        #expect(optionals.i == 4 && optionals.i8 == 5 && optionals.i16 == 6 && optionals.i32 == 7)
        #expect(
            optionals.i64 == 8 && optionals.i128 == 9 && optionals.u == 10 && optionals.u8 == 11)
        #expect(optionals.u16 == 12 && optionals.u32 == 13 && optionals.u64 == 14)
        #expect(optionals.u128 == 15)
        let none = try decode(Optionals.self, "{}")
        let nulls = "{\(names.map { "\"\($0)\":null" }.joined(separator: ","))}"
        #expect(try decode(Optionals.self, nulls) == none)
        for name in names {
            let without = document.replacing("\"\(name)\":", with: "\"\(name)x\":")
            #expect(throws: DecodingError.self) { try decode(Wide.self, without) }
            for wrong in ["[]", "{}", name == "s" ? "1" : "\"1\"", name == "b" ? "1" : "true"] {
                let place = names.firstIndex(of: name) ?? 0
                let text = document.replacing(
                    "\"\(name)\":\(values[place])", with: "\"\(name)\":\(wrong)")
                #expect(throws: DecodingError.self) { try decode(Wide.self, text) }
                #expect(throws: DecodingError.self) { try decode(Optionals.self, text) }
            }
        }
    }

    private enum Shape: Codable, Equatable {
        case empty
        case circle(radius: Double)
        case pair(Int, String?)
    }

    @Test func enumsWithPayloadsAreDecodedAndEncoded() throws {
        let shapes: [Shape] = [.empty, .circle(radius: 1.5), .pair(1, nil), .pair(2, "x")]
        let text =
            #"[{"empty":{}},{"circle":{"radius":1.5}},{"pair":{"_0":1}},{"pair":{"_0":2,"_1":"x"}}]"#
        #expect(try decode([Shape].self, text) == shapes)
        #expect(try encode(shapes) == text)
        #expect(throws: DecodingError.self) { try decode(Shape.self, "{}") }
        #expect(throws: DecodingError.self) { try decode(Shape.self, #"{"square":{}}"#) }
    }

    private class Base: Codable {
        var id = 0
    }

    private final class Derived: Base {
        enum Keys: String, CodingKey { case name }
        var name = ""

        override init() { super.init() }
        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            name = try container.decode(String.self, forKey: .name)
            try super.init(from: container.superDecoder())
        }
        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(name, forKey: .name)
            try super.encode(to: container.superEncoder())
        }
    }

    @Test func classesUseSuperCoders() throws {
        let text = #"{"name":"a","super":{"id":5}}"#
        let value = try decode(Derived.self, text)
        #expect(value.name == "a" && value.id == 5)
        #expect(try encode(value) == text)
    }

    private final class Box: @unchecked Sendable {
        var decoder: (any Decoder)?
        var list: (any UnkeyedDecodingContainer)?
    }

    private struct Escaping: Decodable {
        init(from decoder: any Decoder) throws {
            let box = try #require(decoder.userInfo[marker] as? Box)
            box.decoder = decoder
            box.list = try decoder.unkeyedContainer()
        }
    }

    @Test func aDecoderThatEscapesKeepsItsDocument() throws {
        let box = Box()
        var text = bytes(#"["a long string that needs memory",{"\u0061":[1.5]}]"#)
        _ = try JSONCoding(userInfo: [marker: box]).decode(Escaping.self, from: text)
        for index in text.indices { text[index] = 0x20 }
        text = []
        var list = try #require(box.list)
        #expect(try list.decode(String.self) == "a long string that needs memory")
        #expect(try list.decode([String: [Double]].self) == ["a": [1.5]])
        let value = try #require(box.decoder).singleValueContainer().decode(JSONValue.self)
        #expect(value[1]?["a"]?[0] == 1.5)
    }

    @Test func theLastDuplicateWins() throws {
        struct Pair: Decodable, Equatable { let a: Int, b: Int }
        for filler in [0, 5, 30] {
            let extra = (0..<filler).map { ",\"x\($0)\":0" }.joined()
            let text = "{\"a\":1,\"b\":2,\"a\":3\(extra),\"\\u0061\":4}"
            #expect(try decode(Pair.self, text) == Pair(a: 4, b: 2))
            #expect(try decode([String: Int].self, text)["a"] == 4)
            #expect(try JSONValue(parsing: bytes(text))["a"] == 4)
            #expect(throws: DecodingError.self) {
                try decode(Pair.self, text, by: JSONCoding(duplicates: .error))
            }
        }
    }

    @Test func membersAreFoundInAnyOrder() throws {
        struct Five: Decodable, Equatable {
            let a: Int, bb: Int, ccc: Int, dddddddd: Int, eeeeeeeee: Int
        }
        var generator = SeededGenerator(seed: 4)
        let members = ["\"a\":1", "\"bb\":2", "\"ccc\":3", "\"dddddddd\":4", "\"eeeeeeeee\":5"]
        for count in [0, 1, 3, 20, 40] {
            let extra = (0..<count).map { "\"x\($0)\":[{\"a\":0}]" }
            for _ in 0..<20 {
                let text =
                    "{\((members + extra).shuffled(using: &generator).joined(separator: ","))}"
                #expect(
                    try decode(Five.self, text)
                        == Five(a: 1, bb: 2, ccc: 3, dddddddd: 4, eeeeeeeee: 5))
            }
        }
    }

    @Test func pathsOfErrorsAreRightBeforeAndBehindTheirBudget() throws {
        let elements = (0..<50).map { "{\"a\":[{\"b\":\($0)}]}" }.joined(separator: ",")
        struct Inner: Decodable {
            init(from decoder: any Decoder) throws {
                let path = decoder.codingPath.map(\.stringValue)
                let value = try decoder.singleValueContainer().decode(Int.self)
                #expect(path == ["Index \(value)", "a", "Index 0", "b"])
                do {
                    _ = try decoder.singleValueContainer().decode(String.self)
                } catch DecodingError.typeMismatch(_, let context) {
                    #expect(context.codingPath.map(\.stringValue) == path)
                    #expect(context.codingPath.map(\.intValue) == [value, nil, 0, nil])
                }
            }
        }
        for _ in 0..<3 {
            _ = try decode([[String: [[String: Inner]]]].self, "[\(elements)]")
        }
    }

    @Test func keysInSnakeCaseAreFound() throws {
        struct Snake: Codable, Equatable {
            let lastUpdate: Int
            let myUrl: [String: Int]
        }
        let coding = JSONCoding(keys: .snakeCase)
        let text = #"{"last_update":1,"my_url":{"a_b":2}}"#
        let value = Snake(lastUpdate: 1, myUrl: ["a_b": 2])
        #expect(try decode(Snake.self, text, by: coding) == value)
        #expect(try encode(value, by: coding) == text)
        #expect(throws: DecodingError.self) { try decode(Snake.self, text) }
    }
}

private let marker: CodingUserInfoKey = CodingUserInfoKey(rawValue: "marker") ?? fallback
private let fallback: CodingUserInfoKey = { preconditionFailure("a key of any text can be made") }()
