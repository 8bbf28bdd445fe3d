internal import EngineModules
internal import EngineSansIO

/// A sink as it was drawn.
struct SinkPlan: Sendable {
    /// Which of the client's engines it goes to, as a place in their list.
    var slot = 0
    var guarantee = EventGuarantee.atMostOnce
    var overflow = EventOverflow.wait
    var sourceCount = 1
    var eventCount = 0
    var eventSize = 0
    var pendingSize = 0
    var batchCount = 0
    var closeMilliseconds = 0.0

    init(slot: Int, using generator: inout SeededGenerator) {
        self.slot = slot
        guarantee = generator.chance(0.5) ? .atMostOnce : .atLeastOnce
        overflow = EventOverflow.allCases.randomElement(using: &generator) ?? .wait
        sourceCount = Int.random(in: 1...3, using: &generator)
        eventCount = generator.size(1...600)
        eventSize = generator.size(1...2_000)
        pendingSize = generator.size(2_000...1_000_000)
        batchCount = generator.size(1...500)
        closeMilliseconds = generator.chance(0.2) ? 0 : .random(in: 1...1_500, using: &generator)
    }

    /// The sinks that live as long as the run.
    init(_ guarantee: EventGuarantee, _ overflow: EventOverflow, pendingSize: Int) {
        self.guarantee = guarantee
        self.overflow = overflow
        self.pendingSize = pendingSize
        sourceCount = 2
        eventSize = 300
        batchCount = 200
        closeMilliseconds = 10_000
    }

    func configuration(reportingTo events: EventLog) -> EventSinkConfiguration {
        var configuration = EventSinkConfiguration()
        configuration.guarantee = guarantee
        configuration.overflow = overflow
        configuration.maximumPendingSize = pendingSize
        configuration.maximumBatchCount = max(1, batchCount)
        configuration.maximumBatchesInFlight = 2
        configuration.requestTimeout = .milliseconds(1_000)
        configuration.backoff = Backoff(base: .milliseconds(20), maximum: .milliseconds(400))
        configuration.onFailure = { events.failed($0) }
        return configuration
    }
}
