internal import EngineTesting

/// What an engine does to its answers on purpose, while it is told to.
struct AnswerFault: Sendable, Hashable {
    /// What is done.
    enum Kind: String, Sendable, CaseIterable {
        /// Comes later by `value` milliseconds.
        case delay
        /// Is cut off after `value` bytes.
        case truncate
        /// Is a closed connection.
        case reset
        /// Is no HTTP.
        case garbage
        /// Never comes.
        case silence
        /// Is the last one of its connection, unannounced.
        case hangUp
        /// Has another body, in good HTTP.
        case spoil
    }

    let kind: Kind
    /// Of the answers, from 0 to 1.
    let probability: Double
    let value: Int

    /// The fault as a word of a command.
    var text: String { "\(kind.rawValue):\(probability):\(value)" }

    init(_ kind: Kind, probability: Double, value: Int) {
        self.kind = kind
        self.probability = probability
        self.value = value
    }

    /// Reads what ``text`` writes.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":")
        guard parts.count == 3, let kind = Kind(rawValue: String(parts[0])),
            let probability = Double(parts[1]), let value = Int(parts[2])
        else { return nil }
        self.init(kind, probability: probability, value: value)
    }

    /// The answer with the fault.
    func applied(to response: EmbeddedResponse) -> EmbeddedResponse {
        var response = response
        switch kind {
        case .delay: response.fault = .delay(.milliseconds(value))
        case .truncate: response.fault = .truncate(at: value)
        case .reset: response.fault = .reset
        case .garbage: response.fault = .garbage()
        case .silence: response.fault = .neverAnswer
        case .hangUp: response.fault = .closeAfter(1)
        case .spoil:
            // Not JSON's syntax either, so that a typed answer can't pass for a whole one.
            response.body = response.body.map { $0 ^ 0x80 }
        }
        return response
    }
}
