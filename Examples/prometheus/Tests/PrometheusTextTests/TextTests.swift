import Metrics
import PrometheusText
import Testing

/// The text of what is recorded through swift-metrics.
@Suite struct TextTests {
    private let metrics = PrometheusMetrics(help: ["a.requests": "What\nis \\asked."])

    @Test func countersAndGauges() {
        let dimensions = [("b.path", "/x \"y\"\\\n"), ("a", "1"), ("empty", "")]
        Counter(label: "a.requests", dimensions: dimensions, factory: metrics).increment(by: 3)
        Counter(label: "a.requests", dimensions: dimensions, factory: metrics).increment()
        let level = Meter(label: "9-level", factory: metrics)
        level.set(2.5)
        level.decrement(by: 1.0)
        #expect(
            metrics.text == #"""
                # HELP _9_level 9-level
                # TYPE _9_level gauge
                _9_level 1.5
                # HELP a_requests_total What\nis \\asked.
                # TYPE a_requests_total counter
                a_requests_total{a="1",b_path="/x \"y\"\\\n"} 4

                """#)
    }

    @Test func timersAreHistogramsOfSeconds() throws {
        let timer = Timer(label: "call.duration", dimensions: [("to", "x")], factory: metrics)
        for milliseconds in [0.01, 0.05, 3, 20_000] { timer.recordMilliseconds(milliseconds) }
        let lines = metrics.text.split(separator: "\n").map(String.init)
        #expect(lines[1] == "# TYPE call_duration_seconds histogram")
        #expect(lines.contains(#"call_duration_seconds_bucket{to="x",le="5e-05"} 2"#))
        #expect(lines.contains(#"call_duration_seconds_bucket{to="x",le="0.0025"} 2"#))
        #expect(lines.contains(#"call_duration_seconds_bucket{to="x",le="0.005"} 3"#))
        #expect(lines.contains(#"call_duration_seconds_bucket{to="x",le="10"} 3"#))
        #expect(lines.contains(#"call_duration_seconds_bucket{to="x",le="+Inf"} 4"#))
        #expect(lines.contains(#"call_duration_seconds_count{to="x"} 4"#))
        let sum = try #require(lines.first { $0.hasPrefix("call_duration_seconds_sum") })
        #expect(abs((Double(sum.split(separator: " ")[1]) ?? 0) - 20.003_06) < 1e-9)
    }

    @Test func recordersAreHistogramsOrGauges() {
        Recorder(label: "body.size", factory: metrics).record(100)
        Gauge(label: "depth", factory: metrics).record(7)
        #expect(metrics.text.contains("body_size_bytes_bucket{le=\"64\"} 0\n"))
        #expect(metrics.text.contains("body_size_bytes_bucket{le=\"256\"} 1\n"))
        #expect(metrics.text.contains("body_size_bytes_sum 100\n"))
        #expect(metrics.text.contains("\ndepth 7\n"))
    }

    @Test func aNameHasOneType() {
        Counter(label: "x", factory: metrics).increment()
        Meter(label: "x_total", factory: metrics).set(5)
        #expect(metrics.text.contains("x_total 1\n"))
        #expect(!metrics.text.contains("gauge"))
    }

    @Test func whatIsDestroyedIsNotRendered() {
        let counter = Counter(label: "x", factory: metrics)
        counter.increment()
        counter.destroy()
        #expect(metrics.text.isEmpty)
    }
}
