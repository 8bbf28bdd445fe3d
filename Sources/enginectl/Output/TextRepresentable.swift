internal import EngineCore

/// A result that people can read, and scripts as JSON.
protocol TextRepresentable: Encodable {
    /// The result as people read it, each line ended.
    var text: String { get }
}

/// A result that can stand in a list.
protocol Listable: Encodable {
    static func text(of list: [Self]) -> String
}

extension Array: TextRepresentable where Element: Listable {
    var text: String { Element.text(of: self) }
}

/// A result that is a row of a table.
protocol TableRow: Listable, TextRepresentable {
    static var columns: [String] { get }

    var cells: [String] { get }
}

extension TableRow {
    static func text(of list: [Self]) -> String {
        TextTable(columns: columns, rows: list.map(\.cells)).text
    }

    var text: String { Self.text(of: [self]) }
}

extension String: Listable {
    static func text(of list: [String]) -> String {
        list.map { $0.onOneLine + "\n" }.joined()
    }
}

extension EngineAcknowledgement: TextRepresentable {
    var text: String { "OK\n" }
}

extension JSONValue: TextRepresentable {
    var text: String { JSONText.indented(self) }
}
