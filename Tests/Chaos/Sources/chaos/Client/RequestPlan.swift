/// One request as it was drawn, before it was made.
struct RequestPlan: Sendable {
    /// What is asked, and through which of the client's calls.
    enum Kind: String, Sendable, CaseIterable, Codable {
        /// A small `GET`.
        case get
        /// The same at a steady pace, whose latencies are looked at.
        case pulse
        /// A `PUT` with a body, which may be repeated.
        case put
        /// A `POST` with a body, which may not.
        case post
        /// A JSON call of a module of the test's own.
        case json
        /// The tester's `run`: a typed call that may be repeated.
        case tester
        /// The router's `post`: a typed call that may not.
        case route
        /// A typed call that the engine refuses.
        case lookup
        /// A streamed answer.
        case download
        /// A streamed body.
        case upload
        /// Both streamed.
        case exchange
        /// A body from a file.
        case file
        /// No request: a connection is asked for.
        case connect
    }

    /// Whether the engine may run it twice.
    enum Repeatability: String, Sendable {
        case safe
        case once
        case never
    }

    /// What a consumer does with a streamed answer.
    enum Intake: Sendable {
        case all
        /// Sleeps after each ``RequestPlan/intakeSize``.
        case slow(milliseconds: Double)
        /// Lets go of the body after so many bytes.
        case abandon(after: Int)
        /// Cancels the body after so many bytes.
        case cancel(after: Int)
    }

    /// How a streamed body is made.
    enum Production: Sendable {
        case fast
        case slow(milliseconds: Double)
        /// Fails after so many bytes.
        case failing(after: Int)
    }

    /// Bytes that a slow consumer takes before it sleeps.
    static let intakeSize = 16_384

    var kind: Kind
    var repeatability: Repeatability
    /// Which of the client's engines, as a place in their list.
    var slot: Int
    var timeoutMilliseconds: Double
    /// After which the task is cancelled; nil for never.
    var cancelAfterMilliseconds: Double?
    var hasRoutingKey = false
    var bodySize = 0
    var answerSize = 0
    /// Nil for a body with a length.
    var uploadIsChunked = false
    /// Nil for an answer with a length.
    var answerChunkSize: Int?
    var intake = Intake.all
    var production = Production.fast

    /// Whether nothing but a disturbance can keep it from being answered.
    var isOrdinary: Bool {
        guard cancelAfterMilliseconds == nil, timeoutMilliseconds >= 1_000 else { return false }
        if case .all = intake, case .fast = production { return true }
        return false
    }

    /// Whether its body never becomes whole, so that no engine can run it.
    var isIncomplete: Bool {
        if case .failing = production { return true }
        return false
    }

    /// What its caller may take beside the timeout, in milliseconds.
    var callersMilliseconds: Double {
        var sum = 0.0
        if case .slow(let milliseconds) = intake {
            sum += milliseconds * Double(answerSize / Self.intakeSize + 2)
        }
        if case .slow(let milliseconds) = production {
            // Each of the tries makes the body anew.
            sum += milliseconds * Double(bodySize / NumberedBody.chunkSize + 2)
        }
        return sum
    }

    var isStreamed: Bool {
        switch kind {
        case .download, .upload, .exchange: true
        default: false
        }
    }
}
