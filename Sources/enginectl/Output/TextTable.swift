/// Columns of text, each as wide as its widest cell.
struct TextTable {
    let columns: [String]
    var rows: [[String]] = []

    /// The table, each line ended.
    var text: String {
        let lines = [columns] + rows.map { $0.map(\.onOneLine) }
        let widths = columns.indices.map { column in
            lines.map { $0[column].count }.max() ?? 0
        }
        let texts = lines.map { Self.line($0, widths) }
        return TextStyle.bold(texts[0]) + "\n" + texts.dropFirst().map { $0 + "\n" }.joined()
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (cell, width) in zip(cells, widths) {
            line += cell + String(repeating: " ", count: width - cell.count + 2)
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}

extension String {
    /// The text without characters that would break a line or steer a terminal.
    var onOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .lineSeparator, .paragraphSeparator: " "
                    default: scalar
                    }
                }))
    }
}

extension Bool {
    /// The value as people read it.
    var yesOrNo: String { self ? "yes" : "no" }
}
