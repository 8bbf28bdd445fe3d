import EngineJSON
import Testing

@Suite struct ErrorTests {
    @Test func errorsSayWhere() throws {
        let error = try #require(
            fault("{\n  \"users\": [\r\n    {\"né\": 1},\r    {\"né\": x}\n]}"))
        #expect(error.code == .unexpectedByte)
        #expect(error.line == 4)
        #expect(error.column == 12)
        #expect(error.offset == 44)
        #expect(error.path == [.name("users"), .index(1), .name("né")])
        #expect(error.expected == "a value")
    }

    @Test func columnsBeginBehindAByteOrderMark() throws {
        let error = try #require(fault("\u{feff}x"))
        #expect(error.offset == 3)
        #expect(error.line == 1 && error.column == 1)
        #expect(error.path == [])
    }

    @Test func descriptionsHoldNoByteOfTheDocument() throws {
        let secret = "{\"password\":\"hunter2\",\"token\":s3cr3t}"
        let error = try #require(fault(secret))
        #expect("\(error)" == "unexpected byte at line 1, column 31 (offset 30), expected a value")
        #expect(error.path == [.name("token")])
        do {
            _ = try decode([String: Int].self, secret)
            Issue.record("accepted")
        } catch DecodingError.dataCorrupted(let context) {
            #expect(context.codingPath.isEmpty)
            #expect(!context.debugDescription.contains("hunter2"))
            #expect(!context.debugDescription.contains("s3cr3t"))
            #expect(context.underlyingError is JSONError)
        }
        do {
            _ = try decode([String: Int].self, "{\"a\":\"hunter2\"}")
            Issue.record("accepted")
        } catch DecodingError.typeMismatch(_, let context) {
            #expect(context.debugDescription == "expected Int, found a string")
            #expect(context.codingPath.map(\.stringValue) == ["a"])
        }
    }

    @Test func everyCodeHasItsText() {
        let faults = [
            fault("x"), fault(""), fault([0x22, 0xff]), fault("\"\n"), fault(#""\x"#),
            fault(#""\udc00""#), fault("[]", by: JSONCoding(maximumDepth: 0)),
            fault(#"{"a":1,"a":2}"#, by: JSONCoding(duplicates: .error)),
        ]
        let texts = faults.map { $0.map { String("\($0)".prefix { $0 != "(" }) } }
        #expect(
            texts == [
                "unexpected byte at line 1, column 1 ", "unexpected end at line 1, column 1 ",
                "invalid UTF-8 at line 1, column 2 ",
                "unescaped control character at line 1, column 2 ",
                "invalid escape at line 1, column 2 ", "unpaired surrogate at line 1, column 2 ",
                "nesting over the depth limit at line 1, column 1 ",
                "duplicate member name at line 1, column 8 ",
            ])
    }

    struct Expectation: Sendable {
        let text: String
        let expected: String?
    }

    @Test(arguments: [
        Expectation(text: "[x", expected: "a value or ']'"),
        Expectation(text: "[1,]", expected: "a value"),
        Expectation(text: "[1 1]", expected: "',' or ']'"),
        Expectation(text: "{1", expected: "a member name or '}'"),
        Expectation(text: "{\"a\":1,}", expected: "a member name"),
        Expectation(text: "{\"a\" 1}", expected: "':'"),
        Expectation(text: "{\"a\":1 1}", expected: "',' or '}'"),
        Expectation(text: "1 1", expected: "the end of the document"),
        Expectation(text: "trux", expected: "'true', 'false' or 'null'"),
        Expectation(text: "-x", expected: "a digit"), Expectation(text: "\"a", expected: "'\"'"),
        Expectation(text: #""\u12x4""#, expected: "four hexadecimal digits"),
        Expectation(text: "\"\u{1}\"", expected: nil),
    ])
    func errorsSayWhatWasExpected(_ expectation: Expectation) throws {
        let error = try #require(fault(expectation.text))
        #expect(error.expected == expectation.expected)
    }

    @Test func duplicatesAreFoundInSmallAndLargeObjects() throws {
        let coding = JSONCoding(duplicates: .error)
        for count in [2, 3, 8, 24, 25, 26, 1_000] {
            let names = (0..<count).map { "\"name\($0)\":\($0)" }
            #expect(fault("{\(names.joined(separator: ","))}", by: coding) == nil)
            for place in Set([0, 1, count / 2, count - 2]) where place < count - 1 {
                var text = names
                text[count - 1] = "\"\\u006eame\(place)\":[]"
                let document = "{\(text.joined(separator: ","))}"
                let error = try #require(fault(document, by: coding), "\(count) \(place)")
                #expect(error.code == .duplicateName)
                let value = try JSONValue(parsing: bytes(document))
                #expect(value.objectValue?.count == count - 1)
                #expect(value["name\(place)"] == [])
                #expect(value.objectValue?[place].name == "name\(place)")
            }
        }
        #expect(fault(#"[{"a":{"b":1,"b":1}}]"#, by: coding)?.path == [.index(0), .name("a")])
    }
}
