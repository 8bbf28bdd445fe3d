import EngineJSON
import Testing

/// Every production of RFC 8259, accepted and refused.
@Suite struct GrammarTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "\"\"", "[]", "{}", " \t\n\r1 \t\n\r", "[[]]", "[{}]",
        "{\"\":{}}", "[1,2]", " [ 1 , 2 ] ", "{\"a\":1,\"b\":[]}", " { \"a\" : 1 , \"b\" : 2 } ",
        "[null,true,false]", "[\"a\",\"b\"]", "{\"a\":{\"b\":{\"c\":[[[1]]]}}}", "[[],[[]],{}]",
        "-1", "10", "1.5", "-1.25", "0.0", "1e1", "1E1", "1e+1", "1e-1", "1.5E+10", "0e0",
        "-0.0e-0",
        "0e+00", "123456789012345678901234567890", "0.00000000000000000000000000000000000001",
        "\"\u{7f}\"", "\"\u{e9}\"", "\"\u{2028}\u{2029}\"", "\"\u{10ffff}\"", "\"\u{fffe}\"",
        "\"/\"", #""\/\\\"\b\f\n\r\t""#, #""\u0000\u001f\u007f\uFFFF""#, #""\uD834\uDD1E""#,
        "\u{feff}[]", "{\"a\":1,\"a\":2}",
    ])
    func accepted(_ text: String) throws {
        let value = try JSONValue(parsing: bytes(text))
        #expect(try JSONValue(parsing: value.bytes()) == value)
    }

    struct Refusal: Sendable {
        let text: String
        let code: JSONError.Code
        let offset: Int

        init(_ text: String, _ code: JSONError.Code, _ offset: Int) {
            self.text = text
            self.code = code
            self.offset = offset
        }
    }

    @Test(arguments: [
        Refusal("", .unexpectedEnd, 0), Refusal("  ", .unexpectedEnd, 2),
        Refusal("nul", .unexpectedEnd, 3), Refusal("nulx", .unexpectedByte, 3),
        Refusal("True", .unexpectedByte, 0), Refusal("tru", .unexpectedEnd, 3),
        Refusal("fals", .unexpectedEnd, 4), Refusal("fa1se", .unexpectedByte, 2),
        Refusal("nulll", .unexpectedByte, 4), Refusal("true false", .unexpectedByte, 5),
        Refusal("1 2", .unexpectedByte, 2), Refusal("[] []", .unexpectedByte, 3),
        Refusal("[", .unexpectedEnd, 1), Refusal("[1", .unexpectedEnd, 2),
        Refusal("[1,", .unexpectedEnd, 3), Refusal("[1,]", .unexpectedByte, 3),
        Refusal("[,1]", .unexpectedByte, 1), Refusal("[1,,2]", .unexpectedByte, 3),
        Refusal("[1 2]", .unexpectedByte, 3), Refusal("[1:2]", .unexpectedByte, 2),
        Refusal("[1}", .unexpectedByte, 2), Refusal("]", .unexpectedByte, 0),
        Refusal("}", .unexpectedByte, 0), Refusal("[]]", .unexpectedByte, 2),
        Refusal("{", .unexpectedEnd, 1), Refusal("{]", .unexpectedByte, 1),
        Refusal("{\"a\"", .unexpectedEnd, 4), Refusal("{\"a\":", .unexpectedEnd, 5),
        Refusal("{\"a\":1", .unexpectedEnd, 6), Refusal("{\"a\":1,", .unexpectedEnd, 7),
        Refusal("{\"a\":1,}", .unexpectedByte, 7), Refusal("{\"a\" 1}", .unexpectedByte, 5),
        Refusal("{\"a\"::1}", .unexpectedByte, 5), Refusal("{\"a\",1}", .unexpectedByte, 4),
        Refusal("{a:1}", .unexpectedByte, 1), Refusal("{1:1}", .unexpectedByte, 1),
        Refusal("{'a':1}", .unexpectedByte, 1), Refusal("{,}", .unexpectedByte, 1),
        Refusal("{\"a\":1]", .unexpectedByte, 6), Refusal("{\"a\":}", .unexpectedByte, 5),
        Refusal("{null:1}", .unexpectedByte, 1), Refusal("{\"a\":1 \"b\":2}", .unexpectedByte, 7),
        Refusal("-", .unexpectedEnd, 1), Refusal("+1", .unexpectedByte, 0),
        Refusal("--1", .unexpectedByte, 1), Refusal("- 1", .unexpectedByte, 1),
        Refusal("-a", .unexpectedByte, 1), Refusal("01", .unexpectedByte, 1),
        Refusal("-01", .unexpectedByte, 2), Refusal("00", .unexpectedByte, 1),
        Refusal(".5", .unexpectedByte, 0), Refusal("1.", .unexpectedEnd, 2),
        Refusal("1.e1", .unexpectedByte, 2), Refusal("1.5.5", .unexpectedByte, 3),
        Refusal("1e", .unexpectedEnd, 2), Refusal("1e+", .unexpectedEnd, 3),
        Refusal("1e-x", .unexpectedByte, 3), Refusal("1e1.5", .unexpectedByte, 3),
        Refusal("0x10", .unexpectedByte, 1), Refusal("1_000", .unexpectedByte, 1),
        Refusal("1f", .unexpectedByte, 1), Refusal("NaN", .unexpectedByte, 0),
        Refusal("Infinity", .unexpectedByte, 0), Refusal("-Infinity", .unexpectedByte, 1),
        Refusal("\u{ff11}", .unexpectedByte, 0), Refusal("[1,\u{a0}2]", .unexpectedByte, 3),
        Refusal("\u{2028}1", .unexpectedByte, 0), Refusal("1\u{0c}", .unexpectedByte, 1),
        Refusal("\u{0}", .unexpectedByte, 0), Refusal("1\u{0}", .unexpectedByte, 1),
        Refusal("// a\n1", .unexpectedByte, 0), Refusal("/* */1", .unexpectedByte, 0),
        Refusal("1 # a", .unexpectedByte, 2), Refusal("'a'", .unexpectedByte, 0),
        Refusal("undefined", .unexpectedByte, 0), Refusal("[\u{feff}]", .unexpectedByte, 1),
        Refusal("\u{feff}\u{feff}1", .unexpectedByte, 3), Refusal("\u{feff}", .unexpectedEnd, 3),
        Refusal("\"", .unexpectedEnd, 1), Refusal("\"a", .unexpectedEnd, 2),
        Refusal("\"a\\", .unexpectedEnd, 3), Refusal("\"\\\"", .unexpectedEnd, 3),
        Refusal("\"\n\"", .controlCharacter, 1), Refusal("\"a\tb\"", .controlCharacter, 2),
        Refusal("\"\u{1f}\"", .controlCharacter, 1), Refusal("\"\u{0}\"", .controlCharacter, 1),
        Refusal("{\"\u{1}\":1}", .controlCharacter, 2),
        Refusal(#""\x41""#, .invalidEscape, 1), Refusal(#""\a""#, .invalidEscape, 1),
        Refusal(#""\'""#, .invalidEscape, 1), Refusal(#""\0""#, .invalidEscape, 1),
        Refusal("\"\\\u{e9}\"", .invalidEscape, 1), Refusal("\"\\\n\"", .invalidEscape, 1),
        Refusal(#""\U0041""#, .invalidEscape, 1), Refusal(#""\u004""#, .invalidEscape, 6),
        Refusal(#""\u00g0""#, .invalidEscape, 5), Refusal(#""\u+041""#, .invalidEscape, 3),
        Refusal(#""\u004"#, .unexpectedEnd, 6), Refusal(#""\u"#, .unexpectedEnd, 3),
        Refusal(#""\ud800""#, .unpairedSurrogate, 1), Refusal(#""\udc00""#, .unpairedSurrogate, 1),
        Refusal(#""a\ud800b""#, .unpairedSurrogate, 2),
        Refusal(#""\ud800\n""#, .unpairedSurrogate, 1),
        Refusal(#""\ud800\u0041""#, .unpairedSurrogate, 1),
        Refusal(#""\ud800\ud800""#, .unpairedSurrogate, 1),
        Refusal(#""\udbff\ue000""#, .unpairedSurrogate, 1),
        Refusal(#""\udc00\ud800""#, .unpairedSurrogate, 1),
    ])
    func refused(_ refusal: Refusal) throws {
        let error = try #require(fault(refusal.text), "accepted \(refusal.text)")
        #expect(error.code == refusal.code, "\(error) of \(refusal.text)")
        #expect(error.offset == refusal.offset, "\(error) of \(refusal.text)")
    }

    @Test func everyPrefixOfADocumentIsRefused() {
        let text = bytes(#"{"a":[1.5e+3,true,"\u00e9\ud834\udd1e"],"é":{"n":null,"f":false}}"#)
        #expect(fault(text) == nil)
        for length in 0..<text.count {
            #expect(fault(Array(text[..<length])) != nil, "\(length) bytes")
        }
    }

    @Test func everySingleByteIsRefusedButDigits() {
        for byte in UInt8.min...UInt8.max {
            #expect((fault([byte]) == nil) == (0x30...0x39).contains(byte), "\(byte)")
        }
    }

    /// Behind eight bytes the scanner takes them at once.
    @Test(arguments: 0..<20)
    func specialBytesAreFoundAtEveryPlace(_ place: Int) throws {
        let plain = [UInt8](repeating: 0x61, count: 20)
        for byte in UInt8.min...UInt8.max {
            var text = plain
            text[place] = byte
            let error = fault([0x22] + text + [0x22])
            switch byte {
            case 0x22, 0x5c, 0..<0x20, 0x80...0xff:
                let places = place + 1...(byte == 0x5c ? 22 : place + 2)
                if error.map({ places.contains($0.offset) }) != true {
                    Issue.record("\(byte) at \(place): \(error as Any)")
                }
            default: if error != nil { Issue.record("\(byte) at \(place)") }
            }
        }
    }
}
