import EngineModules
import EngineSansIO

/// A sink's machine beside a model of what went into it, in virtual time.
struct SimulatedSink {
    static let millisecond: Int64 = 1_000_000

    var machine: EventSinkMachine
    let limits: EventSinkLimits
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    /// What was promised and not kept.
    var broken: [String] = []
    var waiting: [Int: (source: Int, number: Int)] = [:]
    var isClosed = false

    private let seed: UInt64
    private let sources: [Int]
    /// Events that the machine took on, by source, in their order.
    private var accepted: [[Int]]
    /// Events that the engine ran, in their order, repeats included.
    private var received: [[Int]]
    private var reported: [[Int]]
    private var delivered: [[Int]]
    private var onTheirWay: [EventBatchContents] = []
    private var nextNumber = 0
    private var closeWaiter: Int?
    private var flushes: Set<Int> = []

    init(seed: UInt64, random: inout SplitMix64) throws {
        var limits = EventSinkLimits()
        limits.batchBytes = .random(in: 30...200, using: &random)
        limits.batchEvents = .random(in: 1...10, using: &random)
        limits.linger = Int64.random(in: 0...20, using: &random) * Self.millisecond
        limits.pendingBytes = .random(in: 30...1_000, using: &random)
        limits.batchesInFlight = .random(in: 1...4, using: &random)
        limits.guarantee = EventGuarantee.allCases.randomElement(using: &random) ?? .atMostOnce
        limits.overflow = EventOverflow.allCases.randomElement(using: &random) ?? .wait
        if Bool.random(using: &random) { limits.deliveryTimeout = 500 * Self.millisecond }
        self.limits = limits
        self.seed = seed
        machine = EventSinkMachine(limits: limits, generator: SplitMix64(seed: seed))
        var sources: [Int] = []
        for agent in 0..<Int.random(in: 1...5, using: &random) {
            sources.append(try machine.retainSource(header: Array("{\"a\":\(agent)}".utf8)))
        }
        self.sources = sources
        accepted = sources.map { _ in [] }
        received = accepted
        reported = accepted
        delivered = accepted
    }

    mutating func step(_ random: inout SplitMix64) {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<11: append(&random)
        case 11..<15: endOne(&random)
        case 15: cancelOne(&random)
        case 16:
            let waiter = machine.newWaiter()
            flushes.insert(waiter)
            machine.flush(as: waiter)
        case 17 where Int.random(in: 0..<10, using: &random) == 0:
            // An hour in which the process was frozen, or a clock that is put right.
            now = now.advanced(by: Bool.random(using: &random) ? 3_600_000_000_000 : -500_000_000)
        default:
            now = now.advanced(by: .random(in: 0...30, using: &random) * Self.millisecond)
        }
        attend()
    }

    private mutating func append(_ random: inout SplitMix64) {
        let source = Int.random(in: 0..<sources.count, using: &random)
        let number = nextNumber
        nextNumber += 1
        let filling = String(
            repeating: Bool.random(using: &random) ? "\n" : "x",
            count: .random(in: 0...40, using: &random))
        let event = Array("\(number) \(filling)".utf8)
        let waits = Bool.random(using: &random)
        let now = now
        let admission = event.withRawSpan {
            machine.append($0, to: sources[source], countsRefusal: !waits) { now }
        }
        switch admission {
        case .accepted: accepted[source].append(number)
        case .full where waits:
            let waiter = machine.newWaiter()
            waiting[waiter] = (source, number)
            machine.wait(with: event, for: sources[source], as: waiter)
        case .full: require(limits.overflow == .wait, "full without waiting")
        case .dropped: require(limits.overflow != .wait, "dropped while waiting")
        case .tooLarge:
            require(event.count + 3 > min(limits.batchBytes, limits.pendingBytes) / 2, "too large")
        case .closed: require(closeWaiter != nil, "closed before the close")
        }
    }

    private mutating func attend() {
        for action in machine.attend(now: now) {
            switch action {
            case .send(let batch):
                require(
                    !onTheirWay.contains { $0.source == batch.source }, "two batches of a source")
                onTheirWay.append(batch)
                require(onTheirWay.count <= limits.batchesInFlight, "too many on their way")
                require(batch.count <= limits.batchEvents, "too many events in a batch")
                require(batch.eventBytes <= limits.batchBytes, "a batch is too large")
                require(numbers(in: batch).count == batch.count, "a batch of another count")
            case .cancel(let id):
                require(onTheirWay.contains { $0.id == id }, "cancelled what is not on its way")
                end(id, ran: false, EventBatchFailure(delivery: .unknown, isTransient: false))
            case .giveUp(let batch): reported[batch.source] += numbers(in: batch)
            case .admit(let waiter, let admission):
                guard let (source, number) = waiting.removeValue(forKey: waiter) else {
                    broken.append("told one who does not wait")
                    continue
                }
                if admission == .accepted { accepted[source].append(number) }
            case .finish(let waiter):
                if waiter == closeWaiter { isClosed = true } else { flushes.remove(waiter) }
            }
        }
        if machine.needsAttention { attend() }
    }

    private mutating func endOne(_ random: inout SplitMix64) {
        guard let batch = onTheirWay.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<8, using: &random) {
        case 0..<4: end(batch.id, ran: true, nil)
        case 4: end(batch.id, ran: false, EventBatchFailure(delivery: .neverSent))
        case 5:
            let ran = Bool.random(using: &random)
            end(batch.id, ran: ran, EventBatchFailure(delivery: .unknown, isTimeout: true))
        case 6: end(batch.id, ran: true, EventBatchFailure(delivery: .consumed, status: 400))
        default: end(batch.id, ran: false, EventBatchFailure(delivery: .consumed, status: 503))
        }
    }

    private mutating func end(_ id: Int, ran: Bool, _ failure: EventBatchFailure?) {
        guard let index = onTheirWay.firstIndex(where: { $0.id == id }) else { return }
        let batch = onTheirWay.remove(at: index)
        if ran { received[batch.source] += numbers(in: batch) }
        switch machine.ended(id, failure, now: now) {
        case .delivered: delivered[batch.source] += numbers(in: batch)
        case .repeated:
            let mayRepeat = failure?.mayRepeat(under: limits.guarantee) ?? false
            require(mayRepeat, "sent again what must not be")
        case .failed(let batch): reported[batch.source] += numbers(in: batch)
        case .unknown: broken.append("forgot a batch")
        }
    }

    private mutating func cancelOne(_ random: inout SplitMix64) {
        if let waiter = waiting.keys.sorted().randomElement(using: &random) {
            waiting[waiter] = nil
            require(machine.cancelWaiter(waiter), "no longer waited")
        } else if let flush = flushes.sorted().first {
            flushes.remove(flush)
            require(machine.cancelWaiter(flush), "flushed nothing")
        }
    }

    mutating func close(within limit: Int64) {
        let waiter = machine.newWaiter()
        closeWaiter = waiter
        machine.close(by: now.advanced(by: limit), as: waiter)
        attend()
    }

    /// Lets time pass and requests end until nothing is held.
    mutating func drain(_ random: inout SplitMix64) {
        for _ in 0..<100_000 where !isClosed {
            endOne(&random)
            if let deadline = machine.deadline, onTheirWay.isEmpty { now = max(now, deadline) }
            attend()
        }
    }

    mutating func releaseSources() {
        for source in sources { machine.releaseSource(source) }
    }

    // MARK: Promises

    private func numbers(in batch: EventBatchContents) -> [Int] {
        var numbers: [Int] = []
        try? EventBatchDecoder.decode(
            batch.bytes, header: { _ in },
            event: { event in
                let text = String(decoding: event, as: UTF8.self)
                if let number = Int(text.prefix { $0.isNumber }) { numbers.append(number) }
            })
        return numbers
    }

    private mutating func require(_ isKept: Bool, _ promise: String) {
        if !isKept { broken.append(promise) }
    }

    mutating func check() {
        let counts = machine.statistics
        require(
            counts.accepted == counts.delivered + counts.failed + counts.dropped + counts.pending,
            "the counts add up")
        require(counts.pendingBytes <= limits.pendingBytes, "memory is bounded")
        require(counts.pending >= 0 && counts.pendingBytes >= 0, "counts are not negative")
        require(counts.batchesInFlight == onTheirWay.count, "what is on its way is counted")
        if counts.pending == 0 { require(flushes.isEmpty, "a flush ends") }
    }

    /// What must be so once all has ended.
    mutating func checkEnds() {
        let counts = machine.statistics
        require(counts.delivered == delivered.reduce(0) { $0 + $1.count }, "delivered")
        require(counts.failed == reported.reduce(0) { $0 + $1.count }, "all failures reported")
        if limits.overflow == .wait { require(counts.dropped == 0, "nothing is dropped") }
        for source in sources {
            require(accepted[source] == accepted[source].sorted(), "taken in order")
            require(delivered[source] == delivered[source].sorted(), "delivered in order")
            require(received[source].firstSeen == received[source].firstSeen.sorted(), "in order")
            let ended = delivered[source] + reported[source]
            require(Set(ended).count == ended.count, "ends once")
            require(Set(ended).isSubset(of: accepted[source]), "only what was taken ends")
            require(Set(delivered[source]).isSubset(of: received[source]), "delivered is received")
            if limits.guarantee == .atMostOnce {
                require(Set(received[source]).count == received[source].count, "at most once")
            }
        }
    }
}

extension [Int] {
    /// Each number where it came first.
    fileprivate var firstSeen: [Int] {
        var seen: Set<Int> = []
        return filter { seen.insert($0).inserted }
    }
}
