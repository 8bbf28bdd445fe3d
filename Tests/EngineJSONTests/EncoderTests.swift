import EngineJSON
import Testing

@Suite struct EncoderTests {
    /// Encodes by a closure.
    private struct Custom: Encodable {
        let body: (any Encoder) throws -> Void
        func encode(to encoder: any Encoder) throws { try body(encoder) }
    }

    private typealias Key = LimitTests.Key

    private func custom(
        by coding: JSONCoding = JSONCoding(), _ body: @escaping (any Encoder) throws -> Void
    ) throws -> String {
        try encode(Custom(body: body), by: coding)
    }

    @Test func everyContainerWorks() throws {
        let text = try custom { encoder in
            #expect(encoder.codingPath.isEmpty)
            var object = encoder.container(keyedBy: Key.self)
            try object.encodeNil(forKey: Key(stringValue: "nil"))
            try object.encode("a\"b", forKey: Key(stringValue: "s"))
            try object.encodeIfPresent(nil as Int?, forKey: Key(stringValue: "absent"))
            try object.encode([1: "x"], forKey: Key(stringValue: "ints"))
            try object.encode(nil as Int?, forKey: Key(stringValue: "optional"))
            var list = object.nestedUnkeyedContainer(forKey: Key(stringValue: "list"))
            #expect(list.codingPath.map(\.stringValue) == ["list"])
            try list.encodeNil()
            try list.encode(1)
            try list.encode(contentsOf: [true, false])
            var nested = list.nestedContainer(keyedBy: Key.self)
            #expect(nested.codingPath.map(\.stringValue) == ["list", "Index 4"])
            try nested.encode(1.5, forKey: Key(stringValue: "d"))
            var inner = list.nestedUnkeyedContainer()
            try inner.encode(Float(0.1))
            #expect(list.count == 6)
            var single = object.superEncoder(forKey: Key(stringValue: "one")).singleValueContainer()
            try single.encode(UInt64.max)
            #expect(object.superEncoder().codingPath.map(\.stringValue) == ["super"])
        }
        #expect(
            text == #"{"nil":null,"s":"a\"b","ints":{"1":"x"},"optional":null,"#
                + #""list":[null,1,true,false,{"d":1.5},[0.1]],"one":18446744073709551615,"super":{}}"#
        )
    }

    @Test func containersMayBeWrittenInAnyOrder() throws {
        let text = try custom { encoder in
            var object = encoder.container(keyedBy: Key.self)
            var first = object.nestedContainer(keyedBy: Key.self, forKey: Key(stringValue: "first"))
            var second = object.nestedUnkeyedContainer(forKey: Key(stringValue: "second"))
            let later = object.superEncoder(forKey: Key(stringValue: "later"))
            let never = object.superEncoder(forKey: Key(stringValue: "never"))
            try object.encode(3, forKey: Key(stringValue: "third"))
            try first.encode(1, forKey: Key(stringValue: "a"))
            try second.encode(2)
            var deep = first.nestedUnkeyedContainer(forKey: Key(stringValue: "deep"))
            try first.encode("z", forKey: Key(stringValue: "z"))
            try second.encode([["x": 1]])
            #expect(second.codingPath.map(\.stringValue) == ["second"])
            try deep.encode(4)
            try deep.encode(5)
            #expect(deep.codingPath.map(\.stringValue) == ["first", "deep"])
            var list = later.unkeyedContainer()
            try list.encode(6)
            try object.encode(7, forKey: Key(stringValue: "last"))
            try list.encode(8)
            _ = never
        }
        #expect(
            text == #"{"first":{"a":1,"deep":[4,5],"z":"z"},"second":[2,[{"x":1}]],"#
                + #""later":[6,8],"never":{},"third":3,"last":7}"#)
    }

    @Test func anEncoderGivesOneContainerAgain() throws {
        let text = try custom { encoder in
            var one = encoder.container(keyedBy: Key.self)
            try one.encode(1, forKey: Key(stringValue: "a"))
            var two = encoder.container(keyedBy: Key.self)
            try two.encode(2, forKey: Key(stringValue: "b"))
            try JSONObject(["c": 3]).encode(to: encoder)
            try JSONValue.object(["d": [4]]).encode(to: encoder)
            try one.encode(5, forKey: Key(stringValue: "e"))
        }
        #expect(text == #"{"a":1,"b":2,"c":3,"d":[4],"e":5}"#)
    }

    @Test func aNameIsNeverWrittenTwice() throws {
        let text = try custom { encoder in
            var object = encoder.container(keyedBy: Key.self)
            try object.encode(1, forKey: Key(stringValue: "a"))
            try object.encode(2, forKey: Key(stringValue: "b"))
            try object.encode([3], forKey: Key(stringValue: "a"))
        }
        #expect(text == #"{"a":[3],"b":2}"#)
    }

    @Test func whatFailsIsTakenBack() throws {
        struct Bad: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                try container.encode([1, 2], forKey: Key(stringValue: "x"))
                try container.encode(Double.nan, forKey: Key(stringValue: "y"))
            }
        }
        let text = try custom { encoder in
            var object = encoder.container(keyedBy: Key.self)
            #expect(throws: EncodingError.self) {
                try object.encode(Bad(), forKey: Key(stringValue: "bad"))
            }
            try object.encode(1, forKey: Key(stringValue: "a"))
            #expect(throws: EncodingError.self) {
                try object.encode([Bad()], forKey: Key(stringValue: "bad"))
            }
            #expect(throws: EncodingError.self) {
                try object.encode(Double.infinity, forKey: Key(stringValue: "inf"))
            }
            var list = object.nestedUnkeyedContainer(forKey: Key(stringValue: "list"))
            #expect(throws: EncodingError.self) { try list.encode(Bad()) }
            #expect(list.count == 0)
            try list.encode(2)
            #expect(throws: EncodingError.self) { try list.encode(Float.nan) }
            try list.encode(3)
        }
        #expect(text == #"{"a":1,"list":[2,3]}"#)
    }

    @Test func errorsHaveTheirPath() throws {
        do {
            _ = try encode(["a": [["b": [1, 2, Double.nan]]]])
            Issue.record("encoded")
        } catch EncodingError.invalidValue(_, let context) {
            #expect(context.codingPath.map(\.stringValue) == ["a", "Index 0", "b", "Index 2"])
        }
    }

    @Test func valuesThatEncodeNothing() throws {
        #expect(throws: EncodingError.self) { try custom { _ in } }
        #expect(
            try encode([Custom { _ in }, Custom { _ in }].map { ["a": $0] })
                == #"[{"a":{}},{"a":{}}]"#)
        #expect(try custom { _ = $0.container(keyedBy: Key.self) } == "{}")
        #expect(try custom { _ = $0.unkeyedContainer() } == "[]")
    }

    @Test func scalarsAreDocuments() throws {
        #expect(try encode(1) == "1")
        #expect(try encode("a") == "\"a\"")
        #expect(try encode(true) == "true")
        #expect(try encode(nil as Int?) == "null")
        #expect(try encode([Int]()) == "[]")
        #expect(try encode([String: Int]()) == "{}")
        #expect(try encode(1.0) == "1")
        #expect(try encode(-0.0) == "-0")
    }

    @Test func formats() throws {
        let value: JSONValue = ["b": [1, ["z": [], "a": [:]]], "a/b": "\u{e9}\n", "B": nil]
        let compact = #"{"b":[1,{"z":[],"a":{}}],"a/b":"é\n","B":null}"#
        let sorted = #"{"B":null,"a/b":"é\n","b":[1,{"a":{},"z":[]}]}"#
        let indented = """
            {
              "b": [
                1,
                {
                  "z": [],
                  "a": {}
                }
              ],
              "a/b": "é\\n",
              "B": null
            }
            """
        #expect(String(decoding: value.bytes(), as: UTF8.self) == compact)
        #expect(value.description == compact)
        #expect(try encode(value, by: JSONCoding(format: .init(sortsNames: true))) == sorted)
        #expect(try encode(value, by: JSONCoding(format: .init(isIndented: true))) == indented)
        #expect(
            String(decoding: value.bytes(as: .init(isIndented: true)), as: UTF8.self) == indented)
        let coding = JSONCoding(format: .init(sortsNames: true))
        #expect(try coding.reformat(bytes(indented)) == bytes(sorted))
        // Tokens keep their spelling.
        let spelled = #"{"\u0061":1.50,"\/":"\u00e9"}"#
        #expect(try JSONCoding().reformat(bytes(" " + spelled)) == bytes(spelled))
        #expect(
            try JSONCoding().reformat(bytes(#"{"a":1,"b":2,"\u0061":3}"#))
                == bytes(#"{"\u0061":3,"b":2}"#))
        #expect(throws: JSONError.self) { try JSONCoding().reformat(bytes("[1,]")) }
    }

    @Test func bytesAreAppended() throws {
        var body = bytes("H ")
        try JSONCoding().encode(["a": 1], appendingTo: &body)
        #expect(body == bytes(#"H {"a":1}"#))
        #expect(throws: EncodingError.self) {
            try JSONCoding().encode([1, Double.nan], appendingTo: &body)
        }
        try JSONCoding(format: .init(isIndented: true)).encode([1], appendingTo: &body)
        #expect(body == bytes("H {\"a\":1}[\n  1\n]"))
    }
}
