internal import EngineCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// JSON as the commands print it.
enum JSONText {
    /// A value on one line, its members sorted.
    static func line(_ value: some Encodable) throws(EngineError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw EngineError(
                .unexpected, message: "the result can't be written as JSON", underlying: error,
                delivery: .consumed)
        }
    }

    /// A value for people to read: indented, each line ended, nothing in it that steers a terminal.
    static func indented(_ value: JSONValue) -> String {
        text(value, [.prettyPrinted])
            .split(separator: "\n").map { String($0).onOneLine + "\n" }.joined()
    }

    /// A value for a cell of a table.
    static func compact(_ value: JSONValue) -> String { text(value, []) }

    private static func text(
        _ value: JSONValue, _ formatting: JSONEncoder.OutputFormatting
    ) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        // Only a number that is not finite can't be encoded, and no JSON decodes to one.
        return String(decoding: (try? encoder.encode(value)) ?? Data("null".utf8), as: UTF8.self)
    }
}
