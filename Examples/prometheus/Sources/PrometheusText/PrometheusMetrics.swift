import Metrics
import Synchronization

/// Collects what swift-metrics records, and renders it as Prometheus' text format.
///
/// Timers become histograms of seconds, recorders that aggregate become histograms, meters and
/// other recorders gauges, counters counters. A name that comes back as another kind of metric is
/// collected by itself and not rendered: text with two types under one name is not valid.
public final class PrometheusMetrics: MetricsFactory {
    /// Upper ends of the buckets of timers, in seconds.
    public static let durations = [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
        0.5, 1, 2.5, 5, 10,
    ]
    /// Upper ends of the buckets of recorders that aggregate.
    public static let sizes = (3...13).map { Double(1 << (2 * $0)) }

    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]

    /// Makes an empty collection.
    ///
    /// - Parameter help: What metrics are, by their labels.
    public init(help: [String: String] = [:]) {
        self.help = help
    }

    /// All series, in the order of their names.
    public var text: String {
        let families = families.withLock { $0 }
        return families.values.sorted { $0.name < $1.name }.map(\.text).joined()
    }

    private func series<Handler: Series>(
        _ kind: Family.Kind, _ label: String, _ dimensions: [(String, String)],
        _ make: () -> Handler
    ) -> Handler {
        let name = PrometheusName.metric(label, kind)
        let labels = PrometheusName.labels(dimensions)
        return families.withLock { families in
            var family =
                families[name] ?? Family(name: name, kind: kind, help: help[label] ?? label)
            guard family.kind == kind else { return make() }
            if let present = family.series[labels] as? Handler { return present }
            let new = make()
            family.series[labels] = new
            families[name] = family
            return new
        }
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { families in
            for (name, family) in families {
                for (labels, series) in family.series where series === handler {
                    families[name]?.series[labels] = nil
                }
            }
        }
    }

    // MARK: MetricsFactory

    /// Makes a counter, or gives the one that there is.
    public func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        series(.counter, label, dimensions) { NumberSeries() }
    }

    /// Makes a counter of fractions, or gives the one that there is.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(.counter, label, dimensions) { NumberSeries() }
    }

    /// Makes a gauge, or gives the one that there is.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(.gauge, label, dimensions) { NumberSeries() }
    }

    /// Makes a histogram or a gauge, or gives the one that there is.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(.gauge, label, dimensions) { NumberSeries() } }
        return series(.histogram, label, dimensions) { HistogramSeries(Self.sizes) }
    }

    /// Makes a histogram of seconds, or gives the one that there is.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(.durations, label, dimensions) { HistogramSeries(Self.durations) }
    }

    /// Takes a counter out of the text.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    /// Takes a counter of fractions out of the text.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        remove(handler)
    }
    /// Takes a gauge out of the text.
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    /// Takes a recorder out of the text.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    /// Takes a timer out of the text.
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
