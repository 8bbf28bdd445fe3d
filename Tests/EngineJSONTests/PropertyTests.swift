import EngineJSON
import Testing

@Suite struct PropertyTests {
    /// Random values, their texts with random white space, and back.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func bytesAreTheSameUpToWhiteSpace(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let value = JSONValue.random(depth: 5, using: &generator)
            let text = value.bytes()
            #expect(try JSONValue(parsing: text) == value)
            #expect(try JSONValue(parsing: text).bytes() == text)
            #expect(try JSONCoding().encode(value) == text)
            let spaced = spaced(text, using: &generator)
            #expect(try JSONValue(parsing: spaced).bytes() == text)
            #expect(try JSONCoding().reformat(spaced) == text)
            let indented = value.bytes(as: .init(isIndented: true))
            #expect(try JSONCoding().reformat(indented) == text)
        }
    }

    private func spaced(_ text: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        let spaces: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
        var result: [UInt8] = []
        var isString = false
        var isEscape = false
        for byte in text {
            if isString {
                result.append(byte)
                if isEscape {
                    isEscape = false
                } else if byte == 0x5c {
                    isEscape = true
                } else if byte == 0x22 {
                    isString = false
                }
                continue
            }
            let isToken = [0x22, 0x2c, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d].contains(byte)
            if isToken {
                for _ in 0..<Int.random(in: 0...2, using: &generator) {
                    result.append(spaces.randomElement(using: &generator) ?? 0x20)
                }
            }
            result.append(byte)
            isString = byte == 0x22
        }
        return result + [0x0a]
    }

    private struct Record: Codable, Equatable {
        struct Inner: Codable, Equatable {
            let name: String
            let values: [Double]
            let flags: [String: Bool]
        }
        enum Kind: String, Codable { case one, two }
        enum Choice: Codable, Equatable {
            case none
            case some(Int, label: String)
        }

        let id: UInt64
        let small: Int8
        let ratio: Float
        let note: String?
        let kind: Kind
        let choices: [Choice]
        let inner: [Inner?]
        let table: [Int: Inner]
        let any: JSONValue
    }

    private func record(using generator: inout SeededGenerator) -> Record {
        func inner() -> Record.Inner {
            Record.Inner(
                name: .random(using: &generator),
                values: (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    let value = Double(bitPattern: generator.next())
                    return value.isFinite ? value : 0
                },
                flags: [.random(using: &generator): .random(using: &generator)])
        }
        let single = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
        return Record(
            id: generator.next(), small: .random(in: .min ... .max, using: &generator),
            ratio: single.isFinite ? single : 1,
            note: Bool.random(using: &generator) ? nil : .random(using: &generator),
            kind: Bool.random(using: &generator) ? .one : .two,
            choices: [.none, .some(.random(in: .min ... .max, using: &generator), label: "x")],
            inner: [inner(), nil, inner()], table: [.random(in: 0...9, using: &generator): inner()],
            any: .random(depth: 2, using: &generator))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func typedValuesSurvive(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for format in [JSONCoding.Format(), .init(isIndented: true), .init(sortsNames: true)] {
            let value = record(using: &generator)
            for coding in [
                JSONCoding(format: format), JSONCoding(keys: .snakeCase, format: format),
            ] {
                #expect(try coding.decode(from: coding.encode(value)) == value)
            }
        }
    }

    /// Damaged documents are read or refused, never worse; what is read is written and read again.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func damagedDocumentsAreSafe(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var text = JSONValue.random(depth: 4, using: &generator).bytes()
            for _ in 0..<Int.random(in: 1...3, using: &generator) where !text.isEmpty {
                let place = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: text.remove(at: place)
                default:
                    text.insert(text[Int.random(in: 0..<text.count, using: &generator)], at: place)
                }
            }
            do throws(JSONError) {
                let value = try JSONValue(parsing: text)
                #expect((try? JSONValue(parsing: value.bytes())) == value)
            } catch {
                #expect((0...text.count).contains(error.offset))
                #expect(error.line > 0 && error.column > 0)
            }
        }
    }
}

extension String {
    fileprivate static func random(using generator: inout SeededGenerator) -> String {
        let pieces = [
            "a", "key", "longer than fifteen bytes", "\"", "\\", "/", "\n", "\u{0}", "\u{1f}", "é",
            "\u{4e16}\u{754c}", "\u{1d11e}", "\u{2028}", " ", "e\u{301}", "\u{fffd}",
        ]
        return (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            pieces.randomElement(using: &generator) ?? ""
        }.joined()
    }
}

extension JSONValue {
    fileprivate static func random(depth: Int, using generator: inout SeededGenerator) -> JSONValue
    {
        let count = Int.random(in: 0...4, using: &generator)
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2:
            return .integer(
                Int64(bitPattern: generator.next()) >> Int.random(in: 0..<64, using: &generator))
        case 3: return .number(JSONNumber(Double(bitPattern: generator.next())) ?? 0)
        case 4:
            let texts = ["1.0", "-0", "1E+2", "18446744073709551616", "1e400", "0.10"]
            return .number(
                texts.randomElement(using: &generator).flatMap(JSONNumber.init(text:)) ?? 0)
        case 5: return .string(.random(using: &generator))
        case 6: return .array((0..<count).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            let members = (0..<count).map { _ in
                (String.random(using: &generator), random(depth: depth - 1, using: &generator))
            }
            return .object(JSONObject(members))
        }
    }
}
