import Metrics
import Synchronization

/// One line of text, or those of one histogram.
protocol Series: AnyObject, Sendable {
    /// The lines of the series.
    ///
    /// - Parameters:
    ///   - name: The metric's.
    ///   - labels: `name="value"` pairs with commas between them.
    func text(_ name: String, _ labels: String) -> String
}

/// A counter or a gauge.
final class NumberSeries: Series {
    private let value = Mutex(0.0)

    func text(_ name: String, _ labels: String) -> String {
        "\(name)\(labels.braced) \(value.withLock { $0 }.prometheusText)\n"
    }
}

extension NumberSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    func increment(by amount: Int64) { value.withLock { $0 += Double(amount) } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func set(_ new: Int64) { value.withLock { $0 = Double(new) } }
    func set(_ new: Double) { value.withLock { $0 = new } }
    func record(_ new: Int64) { set(new) }
    func record(_ new: Double) { set(new) }
    func reset() { value.withLock { $0 = 0 } }
}

/// How many values were at most as large as each of some limits, and their sum.
final class HistogramSeries: Series {
    private struct State {
        var counts: [Int]
        var sum = 0.0
    }

    private let limits: [Double]
    private let state: Mutex<State>

    /// - Parameter limits: Upper ends of the buckets, rising; the one without end is added.
    init(_ limits: [Double]) {
        self.limits = limits
        state = Mutex(State(counts: Array(repeating: 0, count: limits.count + 1)))
    }

    private func observe(_ value: Double) {
        let bucket = limits.firstIndex { value <= $0 } ?? limits.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func text(_ name: String, _ labels: String) -> String {
        let state = state.withLock { $0 }
        let prefix = labels.isEmpty ? "" : labels + ","
        var text = ""
        var count = 0
        for (limit, inBucket) in zip(limits + [.infinity], state.counts) {
            count += inBucket
            text += "\(name)_bucket{\(prefix)le=\"\(limit.prometheusText)\"} \(count)\n"
        }
        text += "\(name)_sum\(labels.braced) \(state.sum.prometheusText)\n"
        text += "\(name)_count\(labels.braced) \(count)\n"
        return text
    }
}

extension HistogramSeries: TimerHandler, RecorderHandler {
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }
}

extension String {
    fileprivate var braced: String { isEmpty ? "" : "{\(self)}" }
}

extension Double {
    fileprivate var prometheusText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self > 0 ? "+Inf" : "-Inf" }
        return Int(exactly: self).map(String.init) ?? String(self)
    }
}
