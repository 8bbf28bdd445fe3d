/// Whether the output of a tested event fits the schema.
public struct OutputValidation: Codable, Sendable, Hashable {
    /// One place that does not fit.
    public struct Failure: Codable, Sendable, Hashable {
        /// Where in the output.
        public let path: String
        /// The engine's word for what is wrong.
        public let kind: String
        /// What the schema wants there; nil when the engine does not say.
        public let expected: String?
        /// What is there; nil when the engine does not say.
        public let actual: String?

        /// Makes a failure, for tests of code that takes one.
        public init(path: String, kind: String, expected: String? = nil, actual: String? = nil) {
            self.path = path
            self.kind = kind
            self.expected = expected
            self.actual = actual
        }
    }

    /// Whether all of it fits.
    public let isValid: Bool
    /// What does not.
    public let errors: [Failure]

    /// Makes a validation, for tests of code that takes one.
    public init(isValid: Bool, errors: [Failure] = []) {
        self.isValid = isValid
        self.errors = errors
    }

    private enum CodingKeys: String, CodingKey {
        case isValid = "valid"
        case errors
    }

    /// Decodes the engine's form; without errors there are none.
    ///
    /// - Throws: `DecodingError` when `valid` is missing or a field has the wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        isValid = try container.decode(Bool.self, forKey: .isValid)
        errors = try container.decodeIfPresent([Failure].self, forKey: .errors) ?? []
    }
}
