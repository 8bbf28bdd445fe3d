/// A field of a request, with the type that protobuf checks before the engine sees anything.
struct RequestField: Sendable {
    /// A type of protobuf's JSON mapping.
    enum Kind: Sendable {
        case string
        case unsigned
        case boolean
        /// Any JSON object.
        case object
        case strings
        /// One of some words, or its number.
        case word
        case message([RequestField])
    }

    let name: String
    let kind: Kind

    static func string(_ name: String) -> RequestField { .init(name: name, kind: .string) }
    static func unsigned(_ name: String) -> RequestField { .init(name: name, kind: .unsigned) }
    static func boolean(_ name: String) -> RequestField { .init(name: name, kind: .boolean) }
    static func object(_ name: String) -> RequestField { .init(name: name, kind: .object) }
    static func strings(_ name: String) -> RequestField { .init(name: name, kind: .strings) }
    static func word(_ name: String) -> RequestField { .init(name: name, kind: .word) }
    static func message(_ name: String, _ fields: [RequestField]) -> RequestField {
        .init(name: name, kind: .message(fields))
    }
}
