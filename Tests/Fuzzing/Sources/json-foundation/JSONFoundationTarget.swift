import EngineJSON
import Foundation
import FuzzSupport

/// The same document read by Foundation, where that follows the RFC.
@main
enum JSONFoundationTarget {
    static func main() {
        fuzz { check($0) }
    }

    private static func check(_ bytes: [UInt8]) {
        // Foundation guesses UTF-16 and UTF-32 from zeros and marks at the start.
        if bytes.prefix(4).contains(0) || bytes.starts(with: [0xfe, 0xff])
            || bytes.starts(with: [0xff, 0xfe])
        {
            return
        }
        let ours: JSONValue?
        var fault: JSONError?
        do throws(JSONError) {
            ours = try JSONValue(parsing: bytes)
        } catch {
            ours = nil
            fault = error
        }
        let theirs = try? JSONDecoder().decode(Judge.self, from: Data(bytes))
        switch (ours, theirs) {
        case (let value?, let judge?):
            // Of members of one name the first wins there and the last here.
            let isUnique = (try? JSONCoding(duplicates: .error).validate(bytes)) != nil
            require(
                judge.agrees(with: value, isUnique: isUnique), "\(judge) instead of \(value)")
        case (let value?, nil):
            // It has no number for what rounds to zero or to infinity.
            // The first member of one name, which only Foundation decodes, may have such a number.
            let isUnique = (try? JSONCoding(duplicates: .error).validate(bytes)) != nil
            require(!isUnique || value.hasExtremeNumber, "Foundation refuses \(value)")
        case (nil, _?):
            // The decoder checks no value that it does not decode, such as a second member's of one name.
            let whole = try? JSONSerialization.jsonObject(
                with: Data(bytes), options: .fragmentsAllowed)
            require(
                whole == nil || fault.map { isKnown($0, bytes) } == true,
                "Foundation reads it: \(fault as Any)")
        case (nil, nil): break
        }
    }

    /// Whether a fault is one that Foundation overlooks: a trailing comma, or depth beyond 128.
    private static func isKnown(_ fault: JSONError, _ bytes: [UInt8]) -> Bool {
        if fault.code == .depthLimit { return true }
        guard fault.code == .unexpectedByte, fault.offset < bytes.count else { return false }
        let before = bytes[..<fault.offset].last { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        return before == UInt8(ascii: ",")
            && [UInt8(ascii: "]"), UInt8(ascii: "}")].contains(bytes[fault.offset])
    }
}

/// A document as Foundation decodes it.
private indirect enum Judge: Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([Judge])
    case object([(name: String, value: Judge)])

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Name.self) {
            self = .object(
                try members.allKeys.map {
                    ($0.stringValue, try members.decode(Judge.self, forKey: $0))
                })
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var list: [Judge] = []
            while !elements.isAtEnd { list.append(try elements.decode(Judge.self)) }
            self = .array(list)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    func agrees(with value: JSONValue, isUnique: Bool) -> Bool {
        switch (self, value) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.string(let left), .string(let right)): Array(left.utf8) == Array(right.utf8)
        case (.number(let left), .number(let right)): right.doubleValue == left
        case (.array(let left), .array(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { $0.agrees(with: $1, isUnique: isUnique) }
        case (.object(let left), .object(let right)):
            // Fewer there when names are canonically equivalent.
            left.count <= right.count
                && left.allSatisfy { name, value in
                    guard let ours = right[name] else { return false }
                    return !isUnique || left.count < right.count
                        || value.agrees(with: ours, isUnique: true)
                }
        default: false
        }
    }
}

extension JSONValue {
    fileprivate var hasExtremeNumber: Bool {
        switch self {
        case .number(let number):
            switch number.doubleValue {
            case nil, 0: number.text.contains { "123456789".contains($0) }
            default: false
            }
        case .array(let elements): elements.contains { $0.hasExtremeNumber }
        case .object(let members): members.contains { $0.value.hasExtremeNumber }
        case .null, .bool, .string: false
        }
    }
}
