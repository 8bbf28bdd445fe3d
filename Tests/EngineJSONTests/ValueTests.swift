import EngineJSON
import Testing

@Suite struct ValueTests {
    @Test func orderAndSpellingAreKept() throws {
        let text = #"{"z":1.0,"a":[18446744073709551615,1e3,-0,0.10,1E+2],"m":{"b":null,"a":true}}"#
        let value = try JSONValue(parsing: bytes(text))
        #expect(value.bytes() == bytes(text))
        #expect(value.objectValue?.names == ["z", "a", "m"])
        #expect(try encode(value) == text)
        #expect(try decode(JSONValue.self, text).bytes() == bytes(text))
        #expect(try encode(["x": value]) == "{\"x\":\(text)}")
        #expect(
            try decode([String: JSONValue].self, "{\"x\":\(text)}")["x"]?.bytes() == bytes(text))
        #expect(try decode([JSONNumber].self, "[1.0,1e400]").map(\.text) == ["1.0", "1e400"])
        #expect(try encode([JSONNumber(text: "1.0")]) == "[1.0]")
        #expect(try decode(JSONObject.self, text).bytesAsValue == bytes(text))
    }

    @Test func equalityIsByValue() throws {
        func value(_ text: String) throws -> JSONValue { try JSONValue(parsing: bytes(text)) }
        let equal = [
            ("1", "1.0"), ("1", "10e-1"), ("100", "1e2"), ("0", "-0.0"), ("0e5", "0"),
            ("1.50", "15e-1"),
            ("[1]", "[1.0]"), (#"{"a":1,"b":2}"#, #"{"b":2.0,"a":1}"#), (#""a""#, #""\u0061""#),
            ("1e99999999999999999999", "1e99999999999999999999"),
        ]
        for (left, right) in equal {
            #expect(try value(left) == value(right), "\(left) \(right)")
            #expect(try value(left).hashValue == value(right).hashValue, "\(left) \(right)")
        }
        let different = [
            ("9007199254740992", "9007199254740993"), ("1", "-1"), ("1", "\"1\""), ("1", "true"),
            ("null", "false"), ("[]", "{}"), ("[1,2]", "[2,1]"), ("0.1", "0.10000000000000001"),
            (#"{"a":1}"#, #"{"a":1,"b":2}"#), (#"{"a":1}"#, #"{"b":1}"#),
            (#"{"a":1}"#, #"{"a":2}"#),
            (#"{"a":1,"b":2}"#, #"{"b":1,"a":2}"#),
            ("18446744073709551615", "18446744073709551616"),
            ("1e99999999999999999999", "1e99999999999999999998"), ("\"\u{e9}x\"", "\"e\u{301}\""),
        ]
        for (left, right) in different {
            #expect(try value(left) != value(right), "\(left) \(right)")
        }
    }

    @Test func literalsAndSubscripts() {
        var value: JSONValue = [
            "n": nil, "b": true, "i": 1, "d": 1.5, "s": "x", "l": [1, "two"], "n": 2,
        ]
        #expect(value.objectValue?.names == ["n", "b", "i", "d", "s", "l"])
        #expect(value["n"] == 2 && value["missing"] == nil && value["l"]?["x"] == nil)
        #expect(value["l"]?[1] == "two" && value["l"]?[2] == nil && value["l"]?[-1] == nil)
        #expect(value["b"]?.boolValue == true && value["i"]?.integerValue == 1)
        #expect(value["d"]?.doubleValue == 1.5 && value["s"]?.stringValue == "x")
        #expect(value["l"]?.arrayValue?.count == 2 && value["i"]?.stringValue == nil)
        #expect((["x": "12"] as JSONValue)["x"]?.integerValue == 12)
        value["i"] = nil
        value["new"] = .integer(UInt64.max)
        value["b"] = ["c": 1]
        #expect(
            value.bytes()
                == bytes(
                    #"{"n":2,"b":{"c":1},"d":1.5,"s":"x","l":[1,"two"],"new":18446744073709551615}"#
                ))
        var scalar: JSONValue = 1
        scalar["a"] = 2
        #expect(scalar == ["a": 2])
        #expect(JSONValue.null.isNull && !scalar.isNull)
        #expect(JSONObject(["b": 1, "a": 2] as [String: JSONValue]).names == ["a", "b"])
        #expect(JSONObject([("a", 1), ("b", 2), ("a", 3)]).dictionary == ["a": 3, "b": 2])
    }

    @Test func numbers() {
        #expect(JSONNumber(text: "01") == nil && JSONNumber(text: "1 ") == nil)
        #expect(JSONNumber(text: "") == nil && JSONNumber(text: "-") == nil)
        #expect(JSONNumber(text: "1e5")?.exactly(Int.self) == 100_000)
        #expect(JSONNumber(text: "256")?.exactly(UInt8.self) == nil)
        #expect(JSONNumber(text: "1e400")?.doubleValue == nil)
        #expect(JSONNumber(0.1 as Double)?.text == "0.1" && JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(Int64.min).text == "-9223372036854775808")
        #expect("\(JSONNumber(2))" == "2" && (1.5 as JSONNumber).text == "1.5")
    }
}

extension JSONObject {
    fileprivate var bytesAsValue: [UInt8] { JSONValue.object(self).bytes() }
}
