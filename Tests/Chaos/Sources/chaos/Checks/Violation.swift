/// A promise that was not kept.
struct Violation: Codable, Sendable {
    /// Which promise.
    enum Promise: String, Codable, Sendable, CaseIterable {
        case endedOnce = "every request ends exactly once"
        case endedInTime = "every request ends by its deadline"
        case ranOnce = "what may not repeat runs once at most"
        case neverReached = "what never reached the engine was not run"
        case hasRun = "what was answered was run"
        case ownAnswer = "every answer is the request's own"
        case wholeBody = "what runs has its own whole body"
        case calm = "in calm times every request is answered"
        case latency = "latencies of what is not disturbed are as at first"
        case eventCounts = "accepted events are delivered, failed or dropped"
        case eventRuns = "events arrive as the guarantee has it"
        case eventOrder = "events of a source arrive in order"
        case closesInTime = "engines and sinks close within their limits"
        case descriptors = "descriptors do not grow"
        case handles = "loop handles do not grow"
        case memory = "memory does not grow"
        case nothingLeft = "no task is left"
        case processes = "no process ends by itself"
    }

    let promise: Promise
    let detail: String
    /// The request that it is about.
    var number: String?
    /// What the logs have of it.
    var history: [String] = []
}

/// Violations, of which the first ones of each promise are kept.
struct Violations: Sendable {
    private static let kept = 5

    private(set) var counts: [Violation.Promise: Int] = [:]
    private(set) var first: [Violation] = []

    mutating func add(
        _ promise: Violation.Promise, _ detail: String, number: RequestNumber? = nil
    ) {
        let count = counts[promise, default: 0] + 1
        counts[promise] = count
        guard count <= Self.kept else { return }
        first.append(
            Violation(promise: promise, detail: detail, number: number.map { "\($0)" }))
    }

    /// Looks up in the logs what they have of the requests.
    func withHistories(from paths: [String]) throws -> [Violation] {
        let numbers = Set(first.compactMap(\.number))
        var histories: [String: [String]] = [:]
        for path in numbers.isEmpty ? [] : paths {
            let file = path.split(separator: "/").last ?? ""
            try LineFile.forEachLine(in: path) { line in
                // A ledger's line begins with the number, an engine's has it third.
                let fields = line.split(maxSplits: 3, whereSeparator: { $0 == " " || $0 == "\t" })
                for field in fields.prefix(3) where numbers.contains(String(field)) {
                    histories[String(field), default: []].append("\(file): \(line)")
                    break
                }
            }
        }
        return first.map { violation in
            var violation = violation
            violation.history = violation.number.flatMap { histories[$0] } ?? []
            return violation
        }
    }
}
