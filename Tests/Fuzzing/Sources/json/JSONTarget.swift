import EngineJSON
import FuzzSupport

/// A document read as a value and by a decoder, written, formatted and read again: always the same.
@main
enum JSONTarget {
    static func main() {
        fuzz { bytes in
            // Bits of the first byte are settings.
            guard let settings = bytes.first else { return }
            let coding = JSONCoding(
                keys: settings & 1 == 0 ? .asNamed : .snakeCase,
                duplicates: settings & 2 == 0 ? .lastWins : .error,
                maximumDepth: settings & 4 == 0 ? 128 : 4)
            check(Array(bytes.dropFirst()), by: coding)
        }
    }

    private static func check(_ bytes: [UInt8], by coding: JSONCoding) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, by: coding)
        } catch {
            requireRefused(bytes, error, by: coding)
            return
        }
        require((try? coding.validate(bytes)) != nil, "read what is not valid")
        require((try? coding.decode(JSONValue.self, from: bytes)) == value, "decoded another value")
        let written = value.bytes()
        let again = try? JSONValue(parsing: written, by: coding)
        require(again == value, "\(value) was read again as \(again as Any)")
        require(again?.bytes() == written, "the same value in other bytes")
        require(again.map(hash) == hash(value), "equal values of two hashes")
        require((try? coding.encode(value)) == written, "encoded other bytes")
        for format in [
            JSONCoding.Format(), .init(isIndented: true), .init(isIndented: true, sortsNames: true),
        ] {
            var coding = coding
            coding.format = format
            let formatted = try? coding.reformat(bytes)
            let read = formatted.flatMap { try? JSONValue(parsing: $0, by: coding) }
            require(read == value, "formatted to another value")
            require(formatted.flatMap { try? coding.reformat($0) } == formatted, "not stable")
        }
        requireSameTree(bytes, value, by: coding)
    }

    private static func hash(_ value: JSONValue) -> Int { value.hashValue }

    private static func requireRefused(
        _ bytes: [UInt8], _ error: JSONError, by coding: JSONCoding
    ) {
        require((try? coding.validate(bytes)) == nil, "valid, but not read")
        require((try? coding.reformat(bytes)) == nil, "formatted, but not read")
        require((try? coding.decode(Tree.self, from: bytes)) == nil, "decoded, but not read")
        require((0...bytes.count).contains(error.offset), "a fault at \(error.offset)")
        require(error.line >= 1 && error.column >= 1, "a fault at \(error.line):\(error.column)")
        require(error.path.count <= coding.maximumDepth, "a path of \(error.path.count)")
        // The part before the fault can't be at fault.
        guard error.code != .duplicateName else { return }
        let prefix = Array(bytes[..<error.offset])
        do throws(JSONError) {
            try coding.validate(prefix)
        } catch {
            require(
                error.offset <= prefix.count && error.code != .depthLimit,
                "a fault before the fault: \(error)")
        }
    }

    /// What `Codable` makes of the document has to be the value.
    private static func requireSameTree(
        _ bytes: [UInt8], _ value: JSONValue, by coding: JSONCoding
    ) {
        guard coding.keys == .asNamed else {
            _ = try? coding.decode(Tree.self, from: bytes)
            return
        }
        do {
            let tree = try coding.decode(Tree.self, from: bytes)
            require(tree.equals(value), "\(tree) instead of \(value)")
            let encoded = try coding.encode(tree)
            let again = try coding.decode(Tree.self, from: encoded)
            require(
                again == tree, "\(tree) was encoded as \(String(decoding: encoded, as: UTF8.self))")
        } catch DecodingError.dataCorrupted {
            // A number beyond `Double`.
            require(value.hasHugeNumber, "not decoded: \(value)")
        } catch {
            require(false, "\(error)")
        }
    }
}

extension JSONValue {
    fileprivate var hasHugeNumber: Bool {
        switch self {
        case .number(let number): number.doubleValue == nil
        case .array(let elements): elements.contains { $0.hasHugeNumber }
        case .object(let members): members.contains { $0.value.hasHugeNumber }
        case .null, .bool, .string: false
        }
    }
}
