internal import EngineCore

/// A request's fields, checked against their types, and the time of day.
///
/// A type that is wrong is refused before anything else, in protobuf's words. Recorded are a string
/// field that is a number and text that is no JSON; that the other types are refused alike, with
/// their own names, is a guess. For text that is no JSON only the beginning of the engine's words is
/// the same: what follows is `JSONError`'s description.
struct EndpointRequest {
    private static let failure = "Failed to parse protobuff json request: INVALID_ARGUMENT:"

    /// In milliseconds since 1970.
    let time: Int64
    private let members: JSONObject

    /// The time of day in whole seconds since 1970.
    var seconds: Int64 { time / 1_000 }

    init(_ body: [UInt8], fields: [RequestField], time: Int64) throws(Refusal) {
        self.time = time
        members = try Self.members(of: body)
        try Self.check(members, against: fields, below: "")
    }

    private init(_ members: JSONObject, time: Int64) {
        self.members = members
        self.time = time
    }

    private static func members(of body: [UInt8]) throws(Refusal) -> JSONObject {
        // Most requests have nothing to say, and need no decoder to say it.
        if body.isEmpty || body == [UInt8(ascii: "{"), UInt8(ascii: "}")] { return [:] }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: body)
        } catch {
            throw Refusal(failure + "\(error)")
        }
        guard case .object(let members) = value else {
            throw Refusal(failure + "the request is no object")
        }
        return members
    }

    private static func check(
        _ members: JSONObject, against fields: [RequestField], below path: String
    ) throws(Refusal) {
        for field in fields {
            guard let value = members[field.name], value != .null else { continue }
            let path = path + field.name
            if case .message(let inner) = field.kind, case .object(let members) = value {
                try check(members, against: inner, below: path + ".")
            } else if !field.kind.takes(value) {
                throw Refusal(
                    "\(failure)(\(path)): invalid value \(value) for type "
                        + field.kind.protobufName)
            }
        }
    }

    // MARK: Fields

    /// The text of a field; empty when it is missing, as protobuf has it.
    func string(_ name: String) -> String { members[name]?.stringValue ?? "" }

    /// The text of a field; nil when it is missing.
    func optionalString(_ name: String) -> String? { members[name]?.stringValue }

    /// The number in a field; 0 when it is missing.
    func unsigned(_ name: String) -> UInt32 {
        members[name]?.integerValue.flatMap { UInt32(exactly: $0) } ?? 0
    }

    func optionalBoolean(_ name: String) -> Bool? { members[name]?.boolValue }

    /// The object in a field; nil when it is missing.
    func object(_ name: String) -> JSONValue? {
        guard let value = members[name], case .object = value else { return nil }
        return value
    }

    /// The texts in a field; none when it is missing.
    func strings(_ name: String) -> [String] {
        guard case .array(let elements)? = members[name] else { return [] }
        return elements.compactMap(\.stringValue)
    }

    /// The fields of a message inside; nil when it is missing.
    func message(_ name: String) -> EndpointRequest? {
        guard case .object(let members)? = members[name] else { return nil }
        return EndpointRequest(members, time: time)
    }

    /// The text of a field that must be there and not empty.
    func required(_ name: String) throws(Refusal) -> String {
        let text = string(name)
        guard !text.isEmpty else { throw Refusal("Field /\(name) cannot be empty") }
        return text
    }
}

extension RequestField.Kind {
    fileprivate func takes(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.string, .string), (.boolean, .bool), (.object, .object), (.message, .object),
            (.word, .string):
            true
        case (.word, .number(let number)): number.exactly(Int64.self) != nil
        // Protobuf takes numbers as strings, too.
        case (.unsigned, _): value.integerValue.flatMap { UInt32(exactly: $0) } != nil
        case (.strings, .array(let elements)): elements.allSatisfy { $0.stringValue != nil }
        default: false
        }
    }

    fileprivate var protobufName: String {
        switch self {
        case .string, .strings: "TYPE_STRING"
        case .unsigned: "TYPE_UINT32"
        case .boolean: "TYPE_BOOL"
        case .object, .message: "TYPE_MESSAGE"
        case .word: "TYPE_ENUM"
        }
    }
}
