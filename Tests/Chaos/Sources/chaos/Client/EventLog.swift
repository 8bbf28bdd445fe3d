internal import EngineCore
internal import EngineModules
internal import EngineSansIO
internal import Foundation
internal import Synchronization

/// Writes down what was done with events, and what the sinks said of them.
final class EventLog: Sendable {
    private let client: Int
    private let file: AppendingFile
    private let lastSink = Mutex(0)

    init(client: Int, file: AppendingFile) {
        self.client = client
        self.file = file
    }

    /// A name for a sink that no other has.
    func newSinkName() -> String {
        lastSink.withLock { last in
            last += 1
            return "\(client)-sink\(last)"
        }
    }

    func began(_ source: String, of sink: String, _ plan: SinkPlan) {
        append(.began(source: source, sink: sink, plan.guarantee, plan.overflow))
    }

    func refused(_ number: Int, of source: String) {
        append(.refused(source: source, number: number))
    }

    func dropped(_ number: Int, of source: String) {
        append(.dropped(source: source, number: number))
    }

    /// What a sink's `onFailure` is called with.
    func failed(_ batch: FailedEventBatch) {
        let header = try? JSONValue(parsing: Array(batch.header))
        let source = header?["wazuh"]?["agent"]?["id"]?.stringValue ?? "?"
        let numbers = batch.events.compactMap { EventText.number(of: $0) }
        append(
            .failed(
                source: source, delivery: batch.delivery, code: batch.error.code.name,
                numbers: numbers))
    }

    func ended(_ source: String, count: Int) {
        append(.ended(source: source, count: count))
    }

    func ended(_ sink: String, _ statistics: EventSinkStatistics) {
        append(
            .sinkEnded(
                sink: sink, accepted: statistics.accepted, delivered: statistics.delivered,
                failed: statistics.failed, dropped: statistics.dropped))
    }

    private func append(_ record: EventRecord) { file.append(record.line) }
}
