internal import EngineCore
internal import EngineSansIO

/// Holds each request's end against what the engines ran.
struct RequestChecks: Sendable {
    let executions: Executions
    let lags: Lags
    private(set) var ends: [[UInt8]]
    private(set) var violations = Violations()
    /// Ends by kind and ending.
    private(set) var tally: [String: [String: Int]] = [:]
    /// Errors by code and delivery.
    private(set) var failures: [String: Int] = [:]

    // What it may take beside its deadline on a machine that does other things too.
    private static let slack: Int64 = 400_000_000

    init(_ executions: Executions, lags: Lags, clientCount: Int) {
        self.executions = executions
        self.lags = lags
        ends = Array(repeating: [], count: clientCount)
    }

    mutating func check(_ record: LedgerRecord) {
        countEnd(record)
        let run = executions[record.number]
        checkTime(record)
        checkRuns(record, run)
        checkAnswer(record, run)
        if run.isBodyDamaged {
            violations.add(.wholeBody, "a damaged body was run", number: record.number)
        }
        if record.isIncomplete, run.count > 0 {
            violations.add(
                .wholeBody, "it was run without the end of its body", number: record.number)
        }
    }

    private mutating func countEnd(_ record: LedgerRecord) {
        let (client, sequence) = (record.number.client, record.number.sequence)
        while ends[client].count <= sequence { ends[client].append(0) }
        if ends[client][sequence] > 0 {
            violations.add(.endedOnce, "it ended twice", number: record.number)
        }
        ends[client][sequence] = 1
        tally[record.kind.rawValue, default: [:]][record.ending.rawValue, default: 0] += 1
        guard record.ending == .failed else { return }
        failures["\(record.code) \(record.delivery?.rawValue ?? "")", default: 0] += 1
    }

    /// Says which of so many requests have no end.
    mutating func checkCount(client: Int, started: Int) {
        while ends[client].count < started { ends[client].append(0) }
        for (sequence, count) in ends[client].enumerated() where count == 0 {
            let number = RequestNumber(client: client, sequence: sequence)
            violations.add(.endedOnce, "it has no end", number: number)
        }
    }

    private mutating func checkTime(_ record: LedgerRecord) {
        let excess = record.ended - record.started - record.limit
        guard excess > Self.slack else { return }
        let lag = lags.sum(
            of: record.number.client, from: record.started, to: record.ended)
        guard excess > Self.slack + 2 * lag else { return }
        violations.add(
            .endedInTime,
            "\(excess / 1_000_000) ms late, of which \(lag / 1_000_000) ms are the machine's",
            number: record.number)
    }

    private mutating func checkRuns(_ record: LedgerRecord, _ run: Executions.Summary) {
        if record.repeatability != .safe, run.count > 1 {
            violations.add(.ranOnce, "it was run \(run.count) times", number: record.number)
        }
        guard run.count > 0, record.ending == .failed || record.kind == .connect else { return }
        if record.kind == .connect {
            violations.add(.neverReached, "nothing was asked", number: record.number)
        }
        switch record.delivery {
        case .neverSent?:
            violations.add(
                .neverReached, "it ended as never sent, and was run", number: record.number)
        case .notRead?:
            if !record.mayRunLater {
                violations.add(
                    .neverReached, "it ended as not read, and was run", number: record.number)
            } else if run.firstTime < record.earliestEnd, !record.isEndedByClosing {
                violations.add(
                    .neverReached,
                    "it was run before it can have been found unread", number: record.number)
            }
        case .consumed?, .unknown?, nil: break
        }
    }

    private mutating func checkAnswer(_ record: LedgerRecord, _ run: Executions.Summary) {
        switch record.ending {
        case .answered, .acknowledged, .abandoned:
            if run.count == 0, record.kind != .connect {
                violations.add(.hasRun, "it was answered and not run", number: record.number)
            }
        case .strange:
            if !run.isAnswerSpoiled {
                violations.add(.ownAnswer, record.detail, number: record.number)
            }
        case .refused, .failed: break
        }
    }
}

extension LedgerRecord {
    /// Whether it ended from this side, so that what lies in the socket may still be read.
    fileprivate var mayRunLater: Bool {
        code == "timeout" || code == "cancelled" || isEndedByClosing
    }

    /// Whether its engine was closed over it, or its loop shut down.
    var isEndedByClosing: Bool {
        detail.contains("the client is closed") || detail.contains("the event loop is not running")
    }
}
