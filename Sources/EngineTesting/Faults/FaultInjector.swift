internal import EngineSansIO

/// Picks the faults of each request: the same ones for the same rules, seed and requests.
struct FaultInjector {
    /// What happens to one answer.
    struct Outcome: Equatable {
        var delay = Duration.zero
        /// No delay.
        var fault: Fault?
    }

    private let rules: [FaultRule]
    private var counts: [Int]
    private var generator: SplitMix64

    init(_ rules: [FaultRule], seed: UInt64) {
        self.rules = rules
        counts = Array(repeating: 0, count: rules.count)
        generator = SplitMix64(seed: seed)
    }

    /// The faults of the next request: the delays of all rules in effect, and of the other faults
    /// the first.
    mutating func next(path: String) -> Outcome {
        var outcome = Outcome()
        guard !rules.isEmpty else { return outcome }
        let path = path.prefix { $0 != "?" }
        for (position, rule) in rules.enumerated() {
            if let wanted = rule.path, wanted != path { continue }
            counts[position] += 1
            guard takesEffect(rule.occurrence, counts[position]) else { continue }
            if case .delay(let duration) = rule.fault {
                outcome.delay += duration
            } else if outcome.fault == nil {
                outcome.fault = rule.fault
            }
        }
        return outcome
    }

    private mutating func takesEffect(_ occurrence: FaultRule.Occurrence, _ count: Int) -> Bool {
        switch occurrence {
        case .always: true
        case .requests(let numbers): numbers.contains(count)
        case .probability(let probability):
            Double.random(in: 0..<1, using: &generator) < probability
        }
    }
}
