/// The value of a metric: exact as long as it is a whole number of 64 bits.
public enum MetricValue: Sendable, Hashable {
    /// A whole number.
    case integer(Int64)
    /// Any other number; may be infinite, or none at all (NaN).
    case real(Double)

    /// The value as floating point, rounded where it has to be.
    public var doubleValue: Double {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        }
    }
}

extension MetricValue: CustomStringConvertible {
    /// The number in decimal.
    public var description: String {
        switch self {
        case .integer(let value): value.description
        case .real(let value): value.description
        }
    }
}

// Protobuf's JSON mapping writes 64-bit integers as strings, and these too.
private let notFinite: [(text: String, value: Double)] = [
    ("NaN", .nan), ("Infinity", .infinity), ("-Infinity", -.infinity),
]

extension MetricValue: Codable {
    /// Decodes a number, or a string that holds one.
    ///
    /// - Throws: `DecodingError` for anything else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let text = try? container.decode(String.self) {
            guard let value = Self(text: text) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "a string that is no number")
            }
            self = value
        } else {
            self = .real(try container.decode(Double.self))
        }
    }

    private init?(text: String) {
        if let value = Int64(text) {
            self = .integer(value)
        } else if let special = notFinite.first(where: { $0.text == text }) {
            self = .real(special.value)
        } else if let value = Double(text), value.isFinite {
            self = .real(value)
        } else {
            return nil
        }
    }

    /// Encodes a number; what JSON has no number for becomes a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let value):
            try container.encode(value)
        case .real(let value) where value.isNaN:
            try container.encode("NaN")
        case .real(let value):
            if let special = notFinite.first(where: { $0.value == value }) {
                try container.encode(special.text)
            } else {
                try container.encode(value)
            }
        }
    }
}
