internal import Glibc

/// Draws requests: the same ones for the same seed and worker, whatever becomes of them.
struct PlanGenerator {
    private var generator: SeededGenerator
    private let slotCount: Int

    init(seed: UInt64, worker: String, slotCount: Int) {
        generator = SeededGenerator(seed: seed, "work of \(worker)")
        self.slotCount = slotCount
    }

    /// What a worker does next.
    enum Step {
        case request(RequestPlan)
        /// So many at once.
        case burst([RequestPlan])
        /// Closes an engine that may be in use, and makes a new one.
        ///
        /// What it is doing may go on for so many milliseconds; nil for not at all.
        case recycle(slot: Int, finishingWithin: Double?)
        /// Has an engine that may be in use go on under another configuration.
        case reconfigure(slot: Int, SlotSettings.Change)
        /// So many at once on a loop of their own, which is shut down after milliseconds.
        case visit([RequestPlan], shutdownAfter: Double)
        /// A sink that is made, used and closed again.
        case sink(SinkPlan)
    }

    mutating func next() -> Step {
        switch Int.random(in: 0..<1_000, using: &generator) {
        case 0..<4:
            let limit = generator.chance(0.5) ? Double.random(in: 0...800, using: &generator) : nil
            return .recycle(slot: slot(), finishingWithin: limit)
        case 18..<30: return .reconfigure(slot: slot(), .init(using: &generator))
        case 4..<10:
            let count = Int.random(in: 10...60, using: &generator)
            let slot = slot()
            return .burst(
                (0..<count).map { _ in
                    var plan = request()
                    // In one queue, which some engines keep short.
                    plan.slot = slot
                    return plan
                })
        case 10..<12:
            let count = Int.random(in: 1...12, using: &generator)
            return .visit(
                (0..<count).map { _ in request() },
                shutdownAfter: Double.random(in: 0...150, using: &generator))
        case 12..<18: return .sink(.init(slot: slot(), using: &generator))
        default: return .request(request())
        }
    }

    /// Milliseconds until the next step: few mostly, sometimes none.
    mutating func pause() -> Double {
        if generator.chance(0.1) { return 0 }
        return -25 * log(1 - Double.random(in: 0..<1, using: &generator))
    }

    private mutating func slot() -> Int {
        Int.random(in: 0..<slotCount, using: &generator)
    }

    private static let weights: [(RequestPlan.Kind, Int)] = [
        (.get, 30), (.put, 10), (.post, 22), (.json, 6), (.tester, 4), (.route, 4), (.lookup, 2),
        (.download, 7), (.upload, 6), (.exchange, 3), (.file, 4), (.connect, 2),
    ]

    private mutating func request() -> RequestPlan {
        let kind = Self.weights.flatMap { Array(repeating: $0.0, count: $0.1) }
            .randomElement(using: &generator)
        var plan = RequestPlan(
            kind: kind ?? .get, repeatability: .safe, slot: slot(),
            timeoutMilliseconds: timeout(), cancelAfterMilliseconds: cancellation())
        plan.repeatability = repeatability(of: plan.kind)
        drawSizes(of: &plan)
        return plan
    }

    private mutating func repeatability(of kind: RequestPlan.Kind) -> RequestPlan.Repeatability {
        switch kind {
        case .get, .pulse, .put, .tester, .lookup, .connect: .safe
        case .post: generator.chance(0.2) ? .never : .once
        case .route: .once
        case .json, .download, .upload, .exchange, .file: generator.chance(0.5) ? .safe : .once
        }
    }

    private mutating func timeout() -> Double {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: Double.random(in: 0.2...10, using: &generator)
        case 1, 2: Double.random(in: 10...400, using: &generator)
        case 3...8: Double.random(in: 1_000...2_000, using: &generator)
        default: 4_000
        }
    }

    private mutating func cancellation() -> Double? {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0: 0
        case 1...4: Double.random(in: 0.02...2, using: &generator)
        case 5...8: Double.random(in: 2...300, using: &generator)
        default: nil
        }
    }

    private mutating func drawSizes(of plan: inout RequestPlan) {
        switch plan.kind {
        case .get:
            plan.hasRoutingKey = generator.chance(0.2)
            plan.answerSize = generator.size(0...400)
        case .put, .post:
            plan.bodySize = generator.size(1...(generator.chance(0.05) ? 1_000_000 : 9_000))
            plan.answerSize = generator.size(0...(generator.chance(0.05) ? 1_000_000 : 9_000))
        case .file:
            plan.bodySize = generator.size(1...1_000_000)
            plan.answerSize = 10
        case .download, .exchange, .upload:
            plan.bodySize = generator.size(0...1_500_000)
            plan.answerSize = generator.size(0...1_500_000)
            if plan.kind == .download { plan.bodySize = min(plan.bodySize, 100) }
            if plan.kind == .upload { plan.answerSize = min(plan.answerSize, 100) }
            drawManners(of: &plan)
        case .json, .pulse: break
        case .tester, .route, .lookup, .connect:
            // These calls leave it to the engine's configuration.
            plan.timeoutMilliseconds = 2_000
        }
        if plan.answerSize > 0, generator.chance(0.2) {
            plan.answerChunkSize = generator.size(1...20_000)
            // Chunks of a byte are for small bodies.
            if plan.answerSize > 20_000 { plan.answerChunkSize = 20_000 }
        }
    }

    private mutating func drawManners(of plan: inout RequestPlan) {
        plan.uploadIsChunked = generator.chance(0.5)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: plan.intake = .slow(milliseconds: .random(in: 1...15, using: &generator))
        case 1: plan.intake = .abandon(after: generator.size(0...plan.answerSize))
        case 2: plan.intake = .cancel(after: generator.size(0...plan.answerSize))
        default: break
        }
        guard plan.kind != .download, plan.bodySize > 0 else { return }
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: plan.production = .slow(milliseconds: .random(in: 1...10, using: &generator))
        case 1:
            plan.production = .failing(after: Int.random(in: 0..<plan.bodySize, using: &generator))
        default: break
        }
    }
}
