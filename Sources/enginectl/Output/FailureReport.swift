internal import EngineCore

/// What is told about a failed command.
struct FailureReport: Encodable, Equatable {
    struct Body: Encodable, Equatable {
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

    // What else is known can differ from one try to the next.
    static func == (left: FailureReport, right: FailureReport) -> Bool {
        left.error == right.error
    }

    /// The failure on one line.
    var headline: String { "error: \(error.code) \(error.name): \(error.message)" }

    /// The failure on one line, and below it what else is known.
    var text: String {
        guard let explanation else { return headline + "\n" }
        return headline + "\n" + explanation.onOneLine + "\n"
    }
}
