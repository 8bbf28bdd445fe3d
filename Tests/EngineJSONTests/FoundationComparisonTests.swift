import EngineJSON
import Foundation
import Testing

/// Foundation as the judge, except where `DifferencesFromFoundation.md` says otherwise.
@Suite struct FoundationComparisonTests {
    // MARK: Documents

    private func foundationAccepts(_ text: [UInt8]) -> Bool {
        (try? JSONDecoder().decode(Whole.self, from: Data(text))) != nil
    }

    /// Decodes all, since Foundation checks strings and numbers only then.
    private struct Whole: Decodable {
        init(from decoder: any Decoder) throws {
            if let members = try? decoder.container(keyedBy: LimitTests.Key.self) {
                for key in members.allKeys { _ = try members.decode(Whole.self, forKey: key) }
                return
            }
            if var elements = try? decoder.unkeyedContainer() {
                while !elements.isAtEnd { _ = try elements.decode(Whole.self) }
                return
            }
            let container = try decoder.singleValueContainer()
            if container.decodeNil() || (try? container.decode(Bool.self)) != nil { return }
            if (try? container.decode(String.self)) != nil { return }
            _ = try container.decode(Double.self)
        }
    }

    @Test func damagedDocumentsAreAcceptedByBothOrNeither() throws {
        let documents = [
            #"{"a":[1,2.5e-3,-0,true,false,null,"x\n\u00e9\ud834\udd1e"],"b":{"c":{},"d":[]}}"#,
            #"[{"status":"OK","spaces":{"é":{"enabled":false,"hash":"","update":0}}},[[[]]],"\\"]"#,
            "\u{feff}[0, 1.0E+5 ,\t\"\u{4e16}\u{754c}\u{1d11e}\" ]\n",
        ].map(bytes)
        let interesting =
            Array("\"\\{}[],:0123456789-+.eEtfnu/ \n\t\u{0}".utf8) + [0x80, 0xc3, 0xed, 0xff]
        var generator = SeededGenerator(seed: 11)
        for document in documents {
            #expect(fault(document) == nil && foundationAccepts(document))
            for _ in 0..<3_000 {
                var text = document
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: 0..<text.count, using: &generator)
                    let byte = interesting.randomElement(using: &generator) ?? 0
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: text[place] = byte
                    case 1: text.remove(at: place)
                    default: text.insert(byte, at: place)
                    }
                }
                // Foundation guesses other encodings from zeros at the start.
                if text.prefix(4).contains(0) { continue }
                if (fault(text) == nil) != foundationAccepts(text), !isExpected(text) {
                    Issue.record(
                        "\(fault(text) as Any) of \(String(decoding: text, as: UTF8.self)) \(text)")
                }
            }
        }
    }

    /// Whether a comma is the last, or a number has three digits of exponent, where `Double` may end.
    private func isExpected(_ text: [UInt8]) -> Bool {
        String(decoding: text, as: UTF8.self).contains(/,[ \n\r\t]*[\]}]|[eE][+-]?[0-9]{3}/)
    }

    // MARK: Types

    private struct Plain: Codable, Equatable {
        let name: String
        let count: Int
        let ratio: Double?
        let small: Float
        let big: UInt64
        let flags: [Bool]
        let table: [String: [Int]]
        let numbers: [Int: String]
        let pair: [Pair?]
        let choice: Choice
        let kind: Kind
        let url: URL
        let data: Data
        let amount: Decimal
        let date: Date
        let uuid: UUID
        let range: Range<Int>
        let set: Set<Int>
    }
    private struct Pair: Codable, Equatable {
        let lastUpdate: Int
        let someURL: String
    }
    private enum Choice: Codable, Equatable {
        case none
        case one(Int)
        case two(name: String, Pair)
    }
    private enum Kind: String, Codable { case first, second }

    private var plain: Plain {
        get throws {
            Plain(
                name: "a/b \"\\\n\u{1}\u{7f}é\u{1d11e}", count: -5, ratio: 0.1, small: 0.1,
                big: .max,
                flags: [true, false], table: ["x_y": [1], "é": []], numbers: [1: "a"],
                pair: [Pair(lastUpdate: 1, someURL: "u"), nil],
                choice: .two(name: "n", Pair(lastUpdate: 2, someURL: "")), kind: .second,
                url: try #require(URL(string: "https://example.com/a%20b?c=d#e")),
                data: Data([0, 255, 1]),
                amount: try #require(Decimal(string: "12345678901234567890.123456789")),
                date: Date(timeIntervalSince1970: 1_700_000_000), uuid: UUID(), range: 1..<5,
                set: [7])
        }
    }

    private func encoder(_ coding: JSONCoding) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if coding.keys == .snakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
        encoder.dateEncodingStrategy =
            switch coding.dates {
            case .deferredToDate: .deferredToDate
            case .iso8601: .iso8601
            case .secondsSince1970: .secondsSince1970
            case .millisecondsSince1970: .millisecondsSince1970
            }
        if coding.data == .array { encoder.dataEncodingStrategy = .deferredToData }
        return encoder
    }

    private func decoder(_ coding: JSONCoding) -> JSONDecoder {
        let decoder = JSONDecoder()
        if coding.keys == .snakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
        decoder.dateDecodingStrategy =
            switch coding.dates {
            case .deferredToDate: .deferredToDate
            case .iso8601: .iso8601
            case .secondsSince1970: .secondsSince1970
            case .millisecondsSince1970: .millisecondsSince1970
            }
        if coding.data == .array { decoder.dataDecodingStrategy = .deferredToData }
        return decoder
    }

    @Test func bothWriteTheSameAndReadEachOther() throws {
        let value = try plain
        for keys in [JSONCoding.Keys.asNamed, .snakeCase] {
            for dates in [
                JSONCoding.Dates.deferredToDate, .iso8601, .secondsSince1970,
                .millisecondsSince1970,
            ] {
                for data in [JSONCoding.Bytes.base64, .array] {
                    var coding = JSONCoding(keys: keys, dates: dates, data: data)
                    coding.format.sortsNames = true
                    let theirs = try encoder(coding).encode(value)
                    let ours = try coding.encode(value)
                    #expect(
                        String(decoding: ours, as: UTF8.self)
                            == String(decoding: theirs, as: UTF8.self))
                    // `someURL` does not come back from snake case, with both.
                    guard keys == .asNamed else { continue }
                    #expect(try coding.decode(Plain.self, from: ours) == value)
                    #expect(try decoder(coding).decode(Plain.self, from: Data(ours)) == value)
                }
            }
        }
    }

    @Test func namesInSnakeCaseAreTheSame() throws {
        struct One: Encodable {
            let name: LimitTests.Key
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: LimitTests.Key.self)
                try container.encode(1, forKey: name)
            }
        }
        struct Names: Decodable {
            let names: [String]
            init(from decoder: any Decoder) throws {
                names = try decoder.container(keyedBy: LimitTests.Key.self).allKeys.map(
                    \.stringValue)
            }
        }
        let coding = JSONCoding(keys: .snakeCase)
        var generator = SeededGenerator(seed: 12)
        let pieces = ["a", "B", "URL", "_", "__", "1", "É", "é", "xY", "Z9", "-", "ß", "İ"]
        for _ in 0..<3_000 {
            let name = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            let one = One(name: LimitTests.Key(stringValue: name))
            #expect(try coding.encode(one) == Array(encoder(coding).encode(one)), "\(name)")
            let document = bytes("{\"\(name)\":1}")
            #expect(
                try coding.decode(Names.self, from: document).names
                    == decoder(coding).decode(Names.self, from: Data(document)).names, "\(name)")
        }
    }

    /// Each value under each type: both fail with the same case at the same path, or have one result.
    @Test func bothAgreeOnEveryValueUnderEveryType() {
        let values = [
            "null", "true", "false", "0", "-0", "1", "-1", "1.0", "1.5", "1e2", "1e-2", "127",
            "128",
            "255", "256", "65536", "4294967296", "9007199254740993", "9223372036854775807",
            "9223372036854775808", "-9223372036854775808", "18446744073709551615",
            "18446744073709551616", "1e30", "3.5e38", "1e308", "1e309", "0.1", "\"\"", "\"a\"",
            "\"1\"",
            "\"AQ==\"", "\"2026-01-31T08:15:00Z\"", "\"https://a.b\"", "[]", "[1]", "[null]", "{}",
            "{\"lastUpdate\":1,\"someURL\":\"x\"}", "{\"lastUpdate\":1}", "{\"none\":{}}",
            "{\"one\":{\"_0\":1}}", "{\"one\":{}}", "{\"none\":{},\"one\":{\"_0\":1}}",
        ]
        for value in values {
            for text in [value, "{\"x\":\(value)}", "[\(value)]"] {
                compare(Bool.self, text)
                compare(Int.self, text)
                compare(Int8.self, text)
                compare(UInt64.self, text)
                compare(Double.self, text)
                compare(Float.self, text)
                compare(String.self, text)
                compare(Decimal.self, text)
                compare(Date.self, text)
                compare(Data.self, text)
                compare(URL.self, text)
                compare(Pair.self, text)
                compare(Choice.self, text)
                compare(Kind.self, text)
                compare(Int?.self, text)
                compare([Int?].self, text)
                // Of several members that fail, Foundation meets any first.
                if !text.contains(",") {
                    compare([String: Int].self, text)
                    compare([String: Pair?].self, text)
                }
                compare([Double].self, text)
                compare([[Int]].self, text)
            }
        }
    }

    private func compare<T: Decodable & Equatable>(_ type: T.Type, _ text: String) {
        for wrapped in [false, true] {
            let ours: Outcome<T>
            let theirs: Outcome<T>
            if wrapped {
                ours = Outcome { try decode([String: T].self, text)["x"] }
                theirs = Outcome {
                    try JSONDecoder().decode([String: T].self, from: Data(text.utf8))["x"]
                }
            } else {
                ours = Outcome { try decode(T.self, text) }
                theirs = Outcome { try JSONDecoder().decode(T.self, from: Data(text.utf8)) }
            }
            // Foundation goes through members in any order.
            if wrapped, text.contains(","), case .failed = ours, case .failed = theirs { continue }
            if ours != theirs { Issue.record("\(type) of \(text): \(ours), Foundation \(theirs)") }
        }
    }

    private enum Outcome<T: Equatable>: Equatable {
        case value(T?)
        case failed(String, [String])

        init(_ body: () throws -> T?) {
            do {
                self = .value(try body())
            } catch DecodingError.typeMismatch(_, let context) {
                self = .failed("type", context.codingPath.map(\.stringValue))
            } catch DecodingError.valueNotFound(_, let context) {
                self = .failed("value", context.codingPath.map(\.stringValue))
            } catch DecodingError.keyNotFound(let key, let context) {
                self = .failed("key \(key.stringValue)", context.codingPath.map(\.stringValue))
            } catch DecodingError.dataCorrupted {
                // Foundation calls a number that does not fit invalid JSON, without a path.
                self = .failed("data", [])
            } catch {
                self = .failed("\(error)", [])
            }
        }
    }

    // MARK: Differences

    private func theirs<T: Decodable>(_ type: T.Type, _ text: String) -> T? {
        try? JSONDecoder().decode(type, from: Data(text.utf8))
    }

    private func ours<T: Decodable>(_ type: T.Type, _ text: String) -> T? {
        try? decode(type, text)
    }

    @Test func everyDifferenceIsInTheTable() throws {
        struct Updates: Encodable { let lastUpdate: Double }
        func path(_ error: any Error) -> String? {
            guard case EncodingError.invalidValue(_, let context) = error else { return nil }
            return context.codingPath.last?.stringValue
        }
        func text(_ error: any Error) -> String {
            guard case DecodingError.dataCorrupted(let context) = error else { return "" }
            return context.debugDescription
        }
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        let pretty = JSONEncoder()
        pretty.outputFormatting = .prettyPrinted
        let snake = JSONEncoder()
        snake.keyEncodingStrategy = .convertToSnakeCase
        let utf16 = Data([0x31, 0x00, 0x32, 0x00])

        var shown: [String: Bool] = [:]
        let twice = #"{"a":1,"a":2}"#
        shown["Duplicate members"] =
            theirs([String: Int].self, twice)?["a"] == 1
            && ours([String: Int].self, twice)?["a"] == 2
        struct Composed: Decodable {
            enum CodingKeys: String, CodingKey { case name = "\u{e9}" }
            let name: Int
        }
        let decomposed = "{\"e\u{301}\":1}"
        shown["Names in Unicode"] =
            theirs(Composed.self, decomposed)?.name == 1 && ours(Composed.self, decomposed) == nil
        shown["Underflow"] =
            theirs(Double.self, "1e-999") == nil && ours(Double.self, "1e-999") == 0
        shown["Depth"] = foundationAccepts(bytes(deep)) && fault(deep)?.code == .depthLimit
        shown["Trailing commas"] =
            theirs([Int].self, "[1,]") == [1] && fault("[1,]") != nil && fault("{\"a\":1,}") != nil
        shown["Encodings"] =
            (try? JSONDecoder().decode(Int.self, from: utf16)) == 12 && fault(Array(utf16)) != nil
        shown["Order of members"] =
            try encode(JSONValue(parsing: bytes(#"{"z":1,"a":2}"#))) == #"{"z":1,"a":2}"#
        shown["Slashes"] =
            try JSONEncoder().encode("/") == Data(bytes(#""\/""#)) && encode("/") == "\"/\""
        shown["Indentation"] =
            try String(decoding: pretty.encode(["a": [Int]()]), as: UTF8.self)
            != encode(["a": [Int]()], by: JSONCoding(format: .init(isIndented: true)))
        do {
            _ = try decode(Int8.self, "12345")
        } catch let mine {
            do {
                _ = try JSONDecoder().decode(Int8.self, from: Data("12345".utf8))
            } catch {
                let underlying = (error as? DecodingError).map { "\($0)" } ?? ""
                shown["Error texts"] = !text(mine).contains("12345") && underlying != "\(mine)"
            }
        }
        do {
            _ = try JSONCoding(keys: .snakeCase).encode(Updates(lastUpdate: .nan))
        } catch let mine {
            do {
                _ = try snake.encode(Updates(lastUpdate: .nan))
            } catch {
                shown["Coding path in snake case"] =
                    path(mine) == "last_update" && path(error) == "lastUpdate"
            }
        }
        // Nothing of ours to compare.
        shown["Custom strategies"] = true
        let five = JSONDecoder()
        five.allowsJSON5 = true
        shown["JSON5"] =
            (try? five.decode([Int].self, from: Data("[+1]".utf8))) == [1] && fault("[+1]") != nil
        for (name, isShown) in shown { #expect(isShown, "\(name)") }
        #expect(try Set(subjects) == Set(shown.keys))
    }

    private var subjects: [String] {
        get throws {
            let page = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(
                    path: "../../Sources/EngineJSON/EngineJSON.docc/DifferencesFromFoundation.md")
            return try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
                .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| Subject") }
                .compactMap { $0.split(separator: "|").first?.trimmingCharacters(in: .whitespaces) }
        }
    }

    // MARK: Dates

    @Test func datesAreTheSameInEveryYear() throws {
        let coding = JSONCoding(dates: .iso8601)
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<1_000 {
            // From 1900 on: before, Foundation's calendar may be another.
            let seconds = Int64.random(in: -2_208_988_800..<253_402_300_800, using: &generator)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let text = try coding.encode(date)
            #expect(text == Array(try encoder(coding).encode(date)))
            #expect(try coding.decode(Date.self, from: text) == date)
        }
        for text in [
            "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-01-32T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00",
            "2026-01-01", "", "2026-01-01T00:00:00.Z", "26-01-01T00:00:00Z",
            "2026-01-01T00:00:00Zx", "2026-01-01 00:00:00Z", "+026-01-01T00:00:00Z",
        ] {
            #expect(throws: DecodingError.self, "\(text)") {
                try decode(Date.self, "\"\(text)\"", by: coding)
            }
        }
        for text in ["2026-01-31T08:15:00.25Z", "2026-01-31T08:15:00z", "2026-01-31T08:15:00-0130"]
        {
            let document = "\"\(text)\""
            #expect(
                try decode(Date.self, document, by: coding)
                    == decoder(coding).decode(Date.self, from: Data(document.utf8)))
        }
        let half = try decode(Date.self, "\"2000-02-29T23:59:59.5-01:30\"", by: coding)
        #expect(half.timeIntervalSince1970 == 951_874_199.5)
        #expect(throws: EncodingError.self) {
            try coding.encode(Date.distantFuture.addingTimeInterval(1e12))
        }
        #expect(throws: EncodingError.self) { try coding.encode([Decimal.nan]) }
    }
}
