internal import EngineCore
internal import EngineSansIO

/// One end of one request, as its client wrote it down.
struct LedgerRecord: Sendable {
    let number: RequestNumber
    let kind: RequestPlan.Kind
    /// Endpoint and variant, such as `pool.tight`.
    let slot: String
    let repeatability: RequestPlan.Repeatability
    /// Whether its body never becomes whole.
    let isIncomplete: Bool
    /// Whether nothing but a disturbance can keep it from being answered.
    let isOrdinary: Bool
    /// When the call was made and when it returned, in nanoseconds of the monotonic clock.
    let started: Int64
    let ended: Int64
    /// Nanoseconds that it may take.
    let limit: Int64
    /// Before which no deadline had passed and nobody had cancelled it.
    let earliestEnd: Int64
    let ending: RequestOutcome.Ending
    /// The name of the error's code; empty without one.
    let code: String
    let delivery: RequestDelivery?
    let tries: Int
    let detail: String

    /// The record as a line of the ledger.
    var line: String {
        let flags = (isIncomplete ? "i" : "") + (isOrdinary ? "o" : "")
        let fields: [String] = [
            "\(number)", kind.rawValue, slot, repeatability.rawValue, flags, "\(started)",
            "\(ended)", "\(limit)", "\(earliestEnd)", ending.rawValue, code,
            delivery?.rawValue ?? "", "\(tries)", detail,
        ]
        return fields.joined(separator: "\t")
    }

    init(
        _ number: RequestNumber, _ plan: RequestPlan, slot: String, started: Int64, ended: Int64,
        limit: Int64, earliestEnd: Int64, _ outcome: RequestOutcome
    ) {
        self.number = number
        kind = plan.kind
        self.slot = slot
        repeatability = plan.repeatability
        isIncomplete = plan.isIncomplete
        isOrdinary = plan.isOrdinary
        self.started = started
        self.ended = ended
        self.limit = limit
        self.earliestEnd = earliestEnd
        ending = outcome.ending
        code = outcome.code
        delivery = outcome.delivery
        tries = outcome.tries
        detail = outcome.detail.replacing("\t", with: " ").replacing("\n", with: " ")
    }

    /// Reads what ``line`` writes; nil for anything else.
    init?(_ line: Substring) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 14, let number = RequestNumber(fields[0]),
            let kind = RequestPlan.Kind(rawValue: String(fields[1])),
            let repeatability = RequestPlan.Repeatability(rawValue: String(fields[3])),
            let started = Int64(fields[5]), let ended = Int64(fields[6]),
            let limit = Int64(fields[7]), let earliestEnd = Int64(fields[8]),
            let ending = RequestOutcome.Ending(rawValue: String(fields[9])),
            let tries = Int(fields[12])
        else { return nil }
        self.number = number
        self.kind = kind
        slot = String(fields[2])
        self.repeatability = repeatability
        isIncomplete = fields[4].contains("i")
        isOrdinary = fields[4].contains("o")
        self.started = started
        self.ended = ended
        self.limit = limit
        self.earliestEnd = earliestEnd
        self.ending = ending
        code = String(fields[10])
        delivery = RequestDelivery(rawValue: String(fields[11]))
        self.tries = tries
        detail = String(fields[13])
    }
}
