internal import EngineCore

/// JSON as the commands print it.
enum JSONText {
    /// A value on one line, its members sorted.
    static func line(_ value: some Encodable) throws(EngineError) -> [UInt8] {
        do {
            var line: [UInt8] = []
            try JSONCoding(format: JSONCoding.Format(sortsNames: true))
                .encode(value, appendingTo: &line)
            line.append(UInt8(ascii: "\n"))
            return line
        } catch {
            throw EngineError(
                .unexpected, message: "the result can't be written as JSON", underlying: error,
                delivery: .consumed)
        }
    }

    /// A value for people to read: indented, each line ended, nothing in it that steers a terminal.
    static func indented(_ value: JSONValue) -> String {
        text(value, isIndented: true)
            .split(separator: "\n").map { String($0).onOneLine + "\n" }.joined()
    }

    /// A value for a cell of a table.
    static func compact(_ value: JSONValue) -> String { text(value, isIndented: false) }

    private static func text(_ value: JSONValue, isIndented: Bool) -> String {
        let format = JSONCoding.Format(isIndented: isIndented, sortsNames: true)
        return String(decoding: value.bytes(as: format), as: UTF8.self)
    }
}
