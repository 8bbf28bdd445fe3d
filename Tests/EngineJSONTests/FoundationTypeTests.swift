import EngineJSON
import Foundation
import Testing

/// Foundation as the judge of names, values and types.
@Suite struct FoundationTypeTests {
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
}
