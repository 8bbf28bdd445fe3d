internal import EngineCore
internal import EngineModules
internal import EngineSansIO

/// A sink with its sources, whose events are numbered and accounted for.
struct SinkFeed: Sendable {
    private struct Source {
        let name: String
        let source: EventSource
        var count = 0
    }

    let name: String
    let sink: EventSink
    private let plan: SinkPlan
    private let client: ClientState
    private var sources: [Source] = []

    init?(_ plan: SinkPlan, to engine: Engine, client: ClientState) {
        self.plan = plan
        self.client = client
        name = client.events.newSinkName()
        sink = EventSink(to: engine, configuration: plan.configuration(reportingTo: client.events))
        for number in 0..<plan.sourceCount {
            let name = "\(name)-\(number)"
            guard let header = try? EventHeader(agentID: name),
                let source = try? sink.source(header)
            else { return nil }
            client.events.began(name, of: self.name, plan)
            sources.append(Source(name: name, source: source))
        }
    }

    /// Adds the next event of a source, and waits for room if that is the sink's way.
    mutating func append(to index: Int) async {
        let source = sources[index]
        let number = source.count
        sources[index].count += 1
        let event = EventText.event(number, size: plan.eventSize)
        var admission = source.source.offer(event)
        if admission == .full {
            do throws(EngineError) {
                admission = try await source.source.append(event)
            } catch {
                admission = .full
            }
        }
        switch admission {
        case .accepted: break
        case .dropped: client.events.dropped(number, of: source.name)
        case .full, .tooLarge, .closed: client.events.refused(number, of: source.name)
        }
        let statistics = sink.statistics
        if !statistics.addsUp { client.complain("\(name): \(statistics) don't add up") }
    }

    /// Adds events as long as there is work, and answers itself with what it has counted.
    func supply(_ gate: WorkGate, _ generator: SeededGenerator) async -> SinkFeed {
        var (feed, generator) = (self, generator)
        while await gate.pass() {
            for _ in 0..<Int.random(in: 1...10, using: &generator) {
                await feed.append(to: Int.random(in: 0..<plan.sourceCount, using: &generator))
            }
            await pause(.random(in: 1...60, using: &generator))
        }
        return feed
    }

    /// Closes the sink, and writes down what became of its events.
    func close() async {
        let started = monotonicNanoseconds()
        await sink.close(within: .microseconds(Int64(plan.closeMilliseconds * 1_000)))
        let milliseconds = Double(monotonicNanoseconds() - started) / 1_000_000
        client.noteClosing(milliseconds - plan.closeMilliseconds)
        let statistics = sink.statistics
        if !statistics.addsUp || statistics.pending != 0 || statistics.batchesInFlight != 0 {
            client.complain("\(name) is closed, and says: \(statistics)")
        }
        for source in sources { client.events.ended(source.name, count: source.count) }
        client.events.ended(name, statistics)
    }
}

extension EventSinkStatistics {
    var addsUp: Bool { accepted == delivered + failed + dropped + pending }
}

/// A sink that is made, used and closed again.
struct SinkEpisode {
    let plan: SinkPlan
    let client: ClientState

    func run() async {
        guard let engine = client.slots[plan.slot].engine,
            var feed = SinkFeed(plan, to: engine, client: client)
        else { return }
        for number in 0..<plan.eventCount {
            // While an engine is away a sink that waits for it would hold its producer up.
            if monotonicNanoseconds() > deadline { break }
            await feed.append(to: number % plan.sourceCount)
        }
        await feed.close()
    }

    private let deadline = monotonicNanoseconds() + 1_000_000_000

    init(plan: SinkPlan, client: ClientState) {
        self.plan = plan
        self.client = client
    }
}
