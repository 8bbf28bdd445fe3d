import EngineJSON

/// Any document by way of `Codable` alone.
indirect enum Tree: Codable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case string(String)
    case array([Tree])
    case object([String: Tree])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if var elements = try? decoder.unkeyedContainer() {
            var list: [Tree] = []
            while !elements.isAtEnd { list.append(try elements.decode(Tree.self)) }
            self = .array(list)
        } else if let members = try? decoder.container(keyedBy: Name.self) {
            var object: [String: Tree] = [:]
            for key in members.allKeys {
                object[key.stringValue] = try members.decode(Tree.self, forKey: key)
            }
            self = .object(object)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else {
            self = .real(try container.decode(Double.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .real(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// By value: a whole number is the same as an integer and as a real.
    static func == (left: Tree, right: Tree) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.integer(let integer), .real(let real)), (.real(let real), .integer(let integer)):
            Double(integer) == real
        case (.string(let left), .string(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Whether both are one document. Names that are canonically equivalent are one here.
    func equals(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.string(let left), .string(let right)): return Array(left.utf8) == Array(right.utf8)
        case (.integer(let left), .number(let right)): return right.exactly() == left
        case (.real(let left), .number(let right)): return right.doubleValue == left
        case (.array(let left), .array(let right)):
            return left.count == right.count
                && zip(left, right).allSatisfy { $0.equals($1) }
        case (.object(let left), .object(let right)):
            let members = right.dictionary
            guard members.count == right.count else { return true }
            return left.count == members.count
                && left.allSatisfy { name, tree in members[name].map(tree.equals) ?? false }
        default: return false
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
