extension JSONValue: Codable {
    /// Decodes any value. ``JSONCoding`` keeps order and spelling; from other decoders come numbers
    /// that fit `Int64`, `UInt64` or `Double`, and members in the decoder's order.
    public init(from decoder: any Decoder) throws {
        if let node = decoder as? JSONNode {
            self.init(node.document, node.index)
            return
        }
        if let object = try? decoder.container(keyedBy: JSONKey.self) {
            self = .object(
                JSONObject(
                    try object.allKeys.map {
                        ($0.stringValue, try object.decode(JSONValue.self, forKey: $0))
                    }))
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .number(try container.decode(JSONNumber.self))
        }
    }

    /// Encodes the value as itself.
    public func encode(to encoder: any Encoder) throws {
        if let node = encoder as? JSONEncoderNode {
            if case .object(let object) = self { node.encode(object) } else { node.encode(self) }
            return
        }
        switch self {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value): try value.encode(to: encoder)
        case .number(let value): try value.encode(to: encoder)
        case .string(let value): try value.encode(to: encoder)
        case .array(let value): try value.encode(to: encoder)
        case .object(let value): try value.encode(to: encoder)
        }
    }
}

extension JSONObject: Codable {
    /// Decodes an object.
    public init(from decoder: any Decoder) throws {
        let value = try JSONValue(from: decoder)
        guard case .object(let object) = value else {
            throw DecodingError.typeMismatch(
                JSONObject.self,
                DecodingError.Context(
                    codingPath: decoder.codingPath, debugDescription: "expected an object"))
        }
        self = object
    }

    /// Encodes the members in their order, beside others that the encoder's object may have.
    public func encode(to encoder: any Encoder) throws {
        if let node = encoder as? JSONEncoderNode {
            node.encode(self)
            return
        }
        var container = encoder.container(keyedBy: JSONKey.self)
        for member in members {
            try container.encode(member.value, forKey: JSONKey(name: member.name))
        }
    }
}

extension JSONNumber: Codable {
    /// Decodes a number. ``JSONCoding`` keeps its digits; other decoders give an `Int64`, a `UInt64` or
    /// a `Double`.
    public init(from decoder: any Decoder) throws {
        if let node = decoder as? JSONNode {
            guard node.word.kind == .integer || node.word.kind == .real else {
                throw node.mismatch(JSONNumber.self)
            }
            self.init(scanned: node.document.string(node.index))
            return
        }
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Int64.self) {
            self.init(value)
        } else if let value = try? container.decode(UInt64.self) {
            self.init(value)
        } else {
            let value = try container.decode(Double.self)
            guard let number = JSONNumber(value) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "JSON has no number for \(value)")
            }
            self = number
        }
    }

    /// Encodes the number. ``JSONCoding`` keeps its digits; other encoders get an `Int64`, a `UInt64`
    /// or the nearest `Double`.
    public func encode(to encoder: any Encoder) throws {
        if let node = encoder as? JSONEncoderNode {
            node.encode(JSONValue.number(self))
            return
        }
        var container = encoder.singleValueContainer()
        if let value = exactly(Int64.self) {
            try container.encode(value)
        } else if let value = exactly(UInt64.self) {
            try container.encode(value)
        } else if let value = doubleValue {
            try container.encode(value)
        } else {
            throw EncodingError.invalidValue(
                self,
                EncodingError.Context(
                    codingPath: encoder.codingPath,
                    debugDescription: "the number does not fit in Double"))
        }
    }
}
