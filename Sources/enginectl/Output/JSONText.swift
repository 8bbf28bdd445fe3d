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
}
