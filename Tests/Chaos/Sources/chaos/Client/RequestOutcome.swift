internal import EngineCore
internal import EngineSansIO

/// How a request ended.
struct RequestOutcome: Sendable {
    /// In which way.
    enum Ending: String, Sendable, CaseIterable {
        /// With its own answer, whole.
        case answered
        /// With success, in an answer that has no place for its number.
        case acknowledged
        /// Its own answer had begun when its consumer let go of it.
        case abandoned
        /// Well, in an answer that is not its own.
        case strange
        /// With a status of 400 or more, or a refusal in JSON.
        case refused
        /// With an error.
        case failed
    }

    let ending: Ending
    var code = ""
    var delivery: RequestDelivery?
    var tries = 1
    var detail = ""

    init(_ ending: Ending, _ detail: String = "") {
        self.ending = ending
        self.detail = detail
    }

    init(_ error: EngineError) {
        // A refusal has a status, or words of the engine's.
        let isRefusal =
            error.code == .http && error.delivery == .consumed
            && error.progress == nil && (error.httpStatus != nil || error.engineMessage != nil)
        ending = isRefusal ? .refused : .failed
        code = error.code.name
        delivery = error.delivery
        tries = error.attempts.count + 1
        detail = error.description
    }
}
