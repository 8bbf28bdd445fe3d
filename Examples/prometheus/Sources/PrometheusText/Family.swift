/// All series of one metric.
struct Family: Sendable {
    /// What a metric is.
    enum Kind {
        case counter
        case gauge
        case histogram
        /// A histogram of seconds.
        case durations

        fileprivate var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram, .durations: "histogram"
            }
        }
    }

    let name: String
    let kind: Kind
    let help: String
    /// By their labels, as these are rendered.
    var series: [String: any Series] = [:]

    var text: String {
        guard !series.isEmpty else { return "" }
        let help = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return "# HELP \(name) \(help)\n# TYPE \(name) \(kind.type)\n"
            + series.sorted { $0.key < $1.key }.map { $0.value.text(name, $0.key) }.joined()
    }
}

/// Names and labels as Prometheus takes them.
enum PrometheusName {
    /// The name of a metric: with its unit and, for a counter, `_total` behind.
    static func metric(_ label: String, _ kind: Family.Kind) -> String {
        let name = sanitized(label, allowing: ":")
        switch kind {
        case .counter: return name.hasSuffix("_total") ? name : name + "_total"
        case .durations: return name.hasSuffix("_seconds") ? name : name + "_seconds"
        case .histogram: return name.hasSuffix("_size") ? name + "_bytes" : name
        case .gauge: return name
        }
    }

    /// Labels without braces; one without a value is no label.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.filter { !$0.1.isEmpty }.map { name, value in
            let value = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n")
            return "\(sanitized(name))=\"\(value)\""
        }.sorted().joined(separator: ",")
    }

    private static func sanitized(_ name: String, allowing more: Character? = nil) -> String {
        let text = String(
            name.map { character in
                character.isASCII && (character.isLetter || character.isNumber)
                    || character == "_" || character == more ? character : "_"
            })
        guard let first = text.first else { return "_" }
        return first.isNumber ? "_" + text : text
    }
}
