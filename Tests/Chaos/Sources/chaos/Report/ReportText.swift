/// A report as a person reads it.
struct ReportText {
    private let report: Report

    init(_ report: Report) {
        self.report = report
    }

    var text: String {
        [
            "seed \(report.seed), \(Int(report.seconds)) s",
            requests, failures, events, disturbances, latencies, resources, verdict,
        ].joined(separator: "\n\n")
    }

    private var requests: String {
        let endings = RequestOutcome.Ending.allCases.map(\.rawValue)
        var table = [["requests", "all"] + endings]
        var sums = [String: Int]()
        for (kind, tally) in report.requests.sorted(by: { $0.key < $1.key }) {
            for (ending, count) in tally { sums[ending, default: 0] += count }
            table.append(row(kind, tally, endings))
        }
        table.append(row("all", sums, endings))
        return Self.aligned(table) + "\nrun by engines, repeats included: \(report.executions)"
    }

    private func row(_ name: String, _ tally: [String: Int], _ endings: [String]) -> [String] {
        [name, "\(tally.values.reduce(0, +))"] + endings.map { "\(tally[$0] ?? 0)" }
    }

    private var failures: String {
        let rows = report.failures.sorted { $0.value > $1.value }.map { [$0.key, "\($0.value)"] }
        return Self.aligned([["errors", ""]] + rows)
    }

    private var events: String {
        let events = report.events
        return Self.aligned([
            [
                "events", "sinks", "given", "accepted", "delivered", "failed", "dropped", "refused",
                "taken",
            ],
            [
                "", "\(events.sinks)", "\(events.given)", "\(events.accepted)",
                "\(events.delivered)", "\(events.failed)", "\(events.dropped)",
                "\(events.refused)", "\(events.taken)",
            ],
        ])
    }

    private var disturbances: String {
        let rows = report.disturbances.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }
        let sum = report.disturbances.values.reduce(0, +)
        return Self.aligned([["disturbances", "\(sum)"]] + rows)
    }

    private var latencies: String {
        var table = [["pulses in µs", "count", "p50", "p99", "most"]]
        for name in LatencyChecks.engines + [LatencyChecks.machine] {
            let calm = report.calmLatencies[name] ?? []
            for (index, figures) in calm.enumerated() where index < 2 || index >= calm.count - 2 {
                table.append(row("\(name), calm time \(index + 1)", figures))
            }
            let word = name == Supervisor.control ? ", which is left alone" : ""
            report.stormLatencies[name].map { table.append(row("\(name) in storms\(word)", $0)) }
        }
        return Self.aligned(table)
            + "\nordinary requests in calm times: \(report.ordinaryInCalm)"
            + "\nthe longest that a client was kept from running: "
            + "\(Int(report.longestLagMilliseconds)) ms"
    }

    private func row(_ name: String, _ figures: LatencyChecks.Figures) -> [String] {
        [name, "\(figures.count)", "\(figures.p50)", "\(figures.p99)", "\(figures.most)"]
    }

    private var resources: String {
        var table = [["idle clients", "resident KiB", "heap KiB", "descriptors", "handles"]]
        for (client, censuses) in report.censuses.enumerated() {
            for (word, census) in [("warm", censuses.first), ("at the end", censuses.last)] {
                guard let census else { continue }
                table.append(row("client \(client), \(word)", census))
            }
            guard let last = report.lastCensuses[client] else { continue }
            table.append(row("client \(client), closed", last))
        }
        return Self.aligned(table)
    }

    private func row(_ name: String, _ census: Census) -> [String] {
        [
            name, "\(census.residentBytes / 1_024)", "\(census.heapBytes / 1_024)",
            "\(census.descriptors)", census.handles.map { "\($0)" }.joined(separator: "+"),
        ]
    }

    private var verdict: String {
        var lines = Violation.Promise.allCases.map { promise -> String in
            if report.leftOut.contains(promise) { return "unknown " + promise.rawValue }
            let count = report.violationCounts[promise.rawValue] ?? 0
            return (count == 0 ? "kept    " : "BROKEN  ") + promise.rawValue
                + (count == 0 ? "" : ": \(count) times")
        }
        for violation in report.violations {
            let number = violation.number.map { "request \($0): " } ?? ""
            lines.append("\n\(violation.promise.rawValue)\n  \(number)\(violation.detail)")
            lines += violation.history.map { "    \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    private static func aligned(_ table: [[String]]) -> String {
        let columns = table.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            table.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        return table.map { row in
            row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + padding : padding + text
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
