extension BenchReport {
    /// The report as people read it.
    var text: String {
        let sections = [
            (interrupted ? "ended early by a signal\n" : "") + load, latency, connections,
        ]
        return sections.joined(separator: "\n")
    }

    private var load: String {
        """
        concurrency: \(concurrency)
        requests: \(requests)
        errors: \(Self.list(errors))
        wall time: \(seconds) s
        requests per second: \(requestsPerSecond)

        """
    }

    private var latency: String {
        var table = TextTable(columns: ["LATENCY", "MIN", "P50", "P90", "P99", "P99.9", "MAX"])
        let cells = latencyMicroseconds.map {
            [$0.min, $0.p50, $0.p90, $0.p99, $0.p999, $0.max].map { String($0) }
        }
        table.rows = [["µs"] + (cells ?? Array(repeating: "-", count: table.columns.count - 1))]
        return table.text
    }

    private var connections: String {
        """
        connections opened: \(statistics.opened)
        connection limit: \(statistics.connectionLimit)
        connect failures: \(statistics.connectFailures)
        connections closed: \(Self.list(statistics.closed))
        requests starved: \(statistics.starved)
        requests rescued: \(statistics.rescued)
        retries: \(Self.list(statistics.retries))

        """
    }

    private static func list(_ counts: [String: Int]) -> String {
        if counts.isEmpty { return "none" }
        return counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }
}
