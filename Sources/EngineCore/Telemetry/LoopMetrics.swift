internal import Metrics

/// How late and how busy the client's loop is.
///
/// Set and not added: clients that share a loop tell the same of it.
final class LoopMetrics {
    private let turns: any MeterHandler
    private let lateTurns: any MeterHandler
    private let busyTime: any MeterHandler
    private let maximumLag: any MeterHandler

    init(_ factory: any MetricsFactory, loopName: String) {
        let dimensions = [(AttributeName.loopName, loopName)]
        turns = factory.makeMeter(label: MetricName.loopTurns, dimensions: dimensions)
        lateTurns = factory.makeMeter(label: MetricName.loopLateTurns, dimensions: dimensions)
        busyTime = factory.makeMeter(label: MetricName.loopBusyTime, dimensions: dimensions)
        maximumLag = factory.makeMeter(label: MetricName.loopMaximumLag, dimensions: dimensions)
    }

    func publish(_ statistics: LoopStatistics) {
        turns.set(Int64(statistics.turns))
        lateTurns.set(Int64(statistics.lateTurns))
        busyTime.set(Double(statistics.busyTime.clampedNanoseconds) / 1e9)
        maximumLag.set(Double(statistics.maximumLag.clampedNanoseconds) / 1e9)
    }
}
