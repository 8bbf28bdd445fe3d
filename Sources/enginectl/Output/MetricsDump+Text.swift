internal import EngineModules

extension MetricsDump: TextRepresentable {
    /// The dump as people read it.
    var text: String {
        var table = TextTable(columns: ["SPACE"] + Metric.columns)
        table.rows = global.map { ["-"] + $0.cells }
        for space in spaces {
            table.rows += space.metrics.map { [space.name] + $0.cells }
        }
        let facts = [("name", name), ("started", uptime), ("read", timestamp)]
        let header = facts.compactMap { label, value in value.map { "\(label): \($0.onOneLine)\n" }
        }
        return header.joined() + (header.isEmpty ? "" : "\n") + table.text
    }
}

extension Metric: TableRow {
    static var columns: [String] { ["NAME", "TYPE", "ENABLED", "VALUE"] }

    var cells: [String] {
        [name, kind.rawValue, isEnabled.yesOrNo, value.description]
    }
}
