internal import EngineCore

/// What is told about a failed command.
struct FailureReport: Encodable {
    struct Body: Encodable {
        let code: Int
        let name: String
        let message: String
    }

    let error: Body
    private let explanation: String?

    private enum CodingKeys: String, CodingKey {
        case error
    }

    init(_ error: EngineError) {
        self.error = Body(
            code: error.code.rawValue, name: error.code.name, message: error.message)
        explanation = error.engineMessage ?? (error.detail == error.message ? nil : error.detail)
    }

    /// The failure on one line, and below it what else is known.
    var text: String {
        let headline = "error: \(error.code) \(error.name): \(error.message)\n"
        guard let explanation else { return headline }
        return headline + explanation.onOneLine + "\n"
    }
}
