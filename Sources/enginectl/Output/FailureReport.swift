internal import EngineCore

/// What is told about a failed command.
struct FailureReport: Encodable, Equatable {
    /// The members of `error`; those without a value are left out.
    struct Body: Encodable, Equatable {
        struct Attempt: Encodable {
            let failure: String
            let delivery: String
        }

        let code: Int
        let name: String
        let message: String
        let detail: String
        let engineMessage: String?
        let status: Int?
        /// Names in lower case; fields of one name are joined with commas.
        let headers: [String: String]?
        let body: String?
        let isBodyTruncated: Bool?
        let delivery: String
        /// The tries before the last one, oldest first.
        let attempts: [Attempt]
        let isTransient: Bool
        /// Seconds.
        let retryAfter: Int64?

        init(_ error: EngineError) {
            code = error.code.rawValue
            name = error.code.name
            message = error.message
            detail = error.detail
            engineMessage = error.engineMessage
            status = error.httpStatus
            headers = error.response.map { response in
                Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) {
                    "\($0), \($1)"
                }
            }
            body = error.response?.text
            isBodyTruncated = error.response?.isBodyTruncated == true ? true : nil
            delivery = error.delivery.rawValue
            attempts = error.attempts.map {
                Attempt(failure: "\($0.failure)", delivery: $0.delivery.rawValue)
            }
            isTransient = error.isTransient
            retryAfter = error.retryAfter?.components.seconds
        }

        // What else is known can differ from one try to the next.
        static func == (left: Body, right: Body) -> Bool {
            left.code == right.code && left.name == right.name && left.message == right.message
        }
    }

    let error: Body
    private let explanation: String?

    private enum CodingKeys: String, CodingKey {
        case error
    }

    init(_ error: EngineError) {
        self.error = Body(error)
        let detail = error.detail == error.message ? nil : error.detail
        // The detail of a redirect says where to, too.
        let hasLocation = error.response?.headers["Location"] != nil
        explanation = hasLocation ? detail : error.engineMessage ?? detail
    }

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
