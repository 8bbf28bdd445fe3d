internal import Synchronization

/// Numbers requests, knows which ones have not ended, and writes down each end.
final class RequestLedger: Sendable {
    private struct State {
        var started = 0
        var ended = 0
        var unfinished: [Int: String] = [:]
    }

    private let client: Int
    private let file: AppendingFile
    private let state = Mutex(State())

    init(client: Int, file: AppendingFile) {
        self.client = client
        self.file = file
    }

    /// Takes the next number.
    func begin(_ plan: RequestPlan) -> RequestNumber {
        let started = monotonicNanoseconds()
        return state.withLock { state in
            defer { state.started += 1 }
            state.unfinished[state.started] = "\(plan) since \(started)"
            return RequestNumber(client: client, sequence: state.started)
        }
    }

    func end(_ record: LedgerRecord) {
        file.append(record.line)
        state.withLock { state in
            state.ended += 1
            state.unfinished[record.number.sequence] = nil
        }
    }

    var counts: (started: Int, ended: Int) { state.withLock { ($0.started, $0.ended) } }

    /// What has begun and not ended, with its plan.
    var unfinished: [String] {
        state.withLock { state in
            state.unfinished.sorted { $0.key < $1.key }.map { "\(client)-\($0.key): \($0.value)" }
        }
    }
}
