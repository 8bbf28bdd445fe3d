/// What the engines ran, by request.
struct Executions: Sendable {
    /// What is known of one request.
    struct Summary: Sendable {
        /// Of the first run, in nanoseconds of the monotonic clock.
        var firstTime = Int64.max
        var count: UInt16 = 0
        var isBodyDamaged = false
        var isAnswerSpoiled = false
    }

    private var summaries: [[Summary]]
    /// Requests that were run, repeats included.
    private(set) var total = 0

    init(clientCount: Int) {
        summaries = Array(repeating: [], count: clientCount)
    }

    subscript(number: RequestNumber) -> Summary {
        guard summaries.indices.contains(number.client),
            summaries[number.client].indices.contains(number.sequence)
        else { return Summary() }
        return summaries[number.client][number.sequence]
    }

    mutating func add(_ request: ExecutionRecord.Request) {
        let (client, sequence) = (request.number.client, request.number.sequence)
        guard summaries.indices.contains(client) else { return }
        while summaries[client].count <= sequence { summaries[client].append(Summary()) }
        total += 1
        summaries[client][sequence].firstTime = min(
            summaries[client][sequence].firstTime, request.time)
        summaries[client][sequence].count += 1
        if request.isBodyDamaged { summaries[client][sequence].isBodyDamaged = true }
        if request.isAnswerSpoiled { summaries[client][sequence].isAnswerSpoiled = true }
    }
}
