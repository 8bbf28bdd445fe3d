internal import EngineModules

extension MetricsDump {
    /// The dump as people read it.
    var text: String {
        var table = TextTable(columns: ["SPACE", "NAME", "TYPE", "ENABLED", "VALUE"])
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

extension Metric {
    /// The metric as people read it.
    var text: String {
        TextTable(columns: ["NAME", "TYPE", "ENABLED", "VALUE"], rows: [cells]).text
    }

    fileprivate var cells: [String] {
        [name, kind.rawValue, isEnabled.yesOrNo, value.description]
    }
}
