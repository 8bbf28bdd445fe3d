/// What happens when, as it follows from the seed and the time that there is.
struct Schedule: Sendable {
    /// Calm, then what each lane does, then a pause in which all recovers.
    struct Round: Sendable {
        let lanes: [String: [Disturbance]]
        /// Whether the clients are counted at its end.
        let hasCensus: Bool
    }

    static let calmMilliseconds = 2_000.0
    static let stormMilliseconds = 7_000.0
    static let recoveryMilliseconds = 2_500.0
    /// What happens to the client processes.
    static let clientLane = "clients"

    let rounds: [Round]

    /// - Parameters:
    ///   - seconds: For all rounds together.
    ///   - lanes: The engines that are disturbed.
    init(seed: UInt64, seconds: Int, lanes: [String]) {
        let length =
            (Self.calmMilliseconds + Self.stormMilliseconds + Self.recoveryMilliseconds) / 1_000
        let count = max(2, Int(Double(seconds) / length))
        // The first ones warm up; a count takes time, so that it is not made in each round.
        let interval = count < 10 ? 2 : 6
        var decks = (lanes + [Self.clientLane]).map { Deck(seed: seed, lane: $0) }
        rounds = (1...count).map { number in
            var drawn: [String: [Disturbance]] = [:]
            for index in decks.indices {
                drawn[decks[index].lane] = decks[index].deal(for: Self.stormMilliseconds)
            }
            return Round(
                lanes: drawn, hasCensus: number == count || number.isMultiple(of: interval))
        }
    }
}

/// Deals disturbances so that all kinds come before one comes again.
private struct Deck {
    let lane: String
    private var generator: SeededGenerator
    private var cards: [Disturbance.Kind] = []

    init(seed: UInt64, lane: String) {
        self.lane = lane
        generator = SeededGenerator(seed: seed, "disturbances of \(lane)")
    }

    mutating func deal(for milliseconds: Double) -> [Disturbance] {
        var disturbances: [Disturbance] = []
        var sum = 0.0
        while sum < milliseconds {
            let disturbance = next()
            sum += disturbance.delay + disturbance.duration
            if sum < milliseconds + 500 { disturbances.append(disturbance) }
        }
        return disturbances
    }

    private mutating func next() -> Disturbance {
        if cards.isEmpty { cards = shuffled() }
        let kind = cards.removeLast()
        let isForClients = lane == Schedule.clientLane
        return Disturbance(
            kind: kind,
            delay: .random(in: isForClients ? 1_500...5_000 : 50...700, using: &generator),
            duration: duration(of: kind))
    }

    private mutating func shuffled() -> [Disturbance.Kind] {
        var kinds: [Disturbance.Kind]
        if lane == Schedule.clientLane {
            kinds = [.freezeClient]
        } else {
            kinds = [
                .kill, .kill, .stop, .stop, .stopAndKill, .stopAndKill, .restart, .unlink,
                .flap(times: .random(in: 2...5, using: &generator)),
                .starve(spare: .random(in: 0...2, using: &generator)),
                .crowd(connections: .random(in: 4...40, using: &generator), sendsHalf: false),
                .crowd(connections: .random(in: 4...40, using: &generator), sendsHalf: true),
            ]
            kinds += Squatter.Manner.allCases.map { .squat($0, seed: generator.next()) }
            kinds += Disturbance.Obstacle.allCases.map { .obstruct($0) }
            kinds += AnswerFault.Kind.allCases.map { .faults([fault($0)]) }
            kinds.append(.faults(AnswerFault.Kind.allCases.map { fault($0, scale: 0.15) }))
        }
        kinds.shuffle(using: &generator)
        return kinds
    }

    private mutating func fault(_ kind: AnswerFault.Kind, scale: Double = 1) -> AnswerFault {
        let value =
            switch kind {
            case .delay: Int.random(in: 1...500, using: &generator)
            case .truncate: generator.size(0...5_000)
            case .reset, .garbage, .silence, .hangUp, .spoil: 0
            }
        // Each silent answer holds a worker for as long as its client waits.
        let most = kind == .silence ? 0.1 : 0.7
        return AnswerFault(
            kind, probability: Double.random(in: 0.02...most, using: &generator) * scale,
            value: value)
    }

    private mutating func duration(of kind: Disturbance.Kind) -> Double {
        switch kind {
        case .kill, .restart, .flap: .random(in: 0...700, using: &generator)
        case .stop, .stopAndKill: .random(in: 20...2_500, using: &generator)
        case .freezeClient: .random(in: 20...1_000, using: &generator)
        default: .random(in: 300...1_800, using: &generator)
        }
    }
}
