/// What connecting to an endpoint has met.
struct ConnectFailures {
    /// Failed attempts so far.
    private(set) var count = 0
    private var latest: [any Error] = []
    /// Of the last attempt; nil once one has succeeded.
    private(set) var last: (any Error)?
    // More than any sensible number of retries, and a bound for an endless outage.
    private static let rememberedFailures = 32

    mutating func add(_ error: any Error) {
        count += 1
        latest.append(error)
        if latest.count > Self.rememberedFailures { latest.removeFirst() }
        last = error
    }

    mutating func succeeded() { last = nil }

    /// The failures since there had been so many.
    func attempts(since before: Int) -> [EngineError.Attempt] {
        latest.suffix(count - before).map {
            EngineError.Attempt(failure: $0, delivery: .neverSent)
        }
    }
}
