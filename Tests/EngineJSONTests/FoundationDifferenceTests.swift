import EngineJSON
import Foundation
import Testing

/// Each difference that `DifferencesFromFoundation.md` names.
@Suite struct FoundationDifferenceTests {
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
}
