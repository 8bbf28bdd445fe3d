/// The figures of a run, as they are written to a file.
struct Report: Codable, Sendable {
    var seed: UInt64 = 0
    var seconds = 0.0
    /// Requests by kind and ending.
    var requests: [String: [String: Int]] = [:]
    /// Errors by code and delivery.
    var failures: [String: Int] = [:]
    /// Requests that engines ran, repeats included.
    var executions = 0
    var events = EventChecks.Totals()
    var disturbances: [String: Int] = [:]
    var ordinaryInCalm = 0
    /// Microseconds of pulses, by engine and calm time.
    var calmLatencies: [String: [LatencyChecks.Figures]] = [:]
    /// Microseconds of pulses in storms, by engine.
    var stormLatencies: [String: LatencyChecks.Figures] = [:]
    var longestLagMilliseconds = 0.0
    /// By client, in the order of the counts.
    var censuses: [[Census]] = []
    var lastCensuses: [Census?] = []
    /// How many violations there are of each promise.
    var violationCounts: [String: Int] = [:]
    /// The first ones of each.
    var violations: [Violation] = []
    /// What was not judged.
    var leftOut: [Violation.Promise] = []

    /// Forgets what was found of promises that this run says nothing about.
    mutating func leaveOut(_ promises: [Violation.Promise]) {
        leftOut += promises
        violations.removeAll { promises.contains($0.promise) }
        for promise in promises { violationCounts[promise.rawValue] = nil }
    }
}
